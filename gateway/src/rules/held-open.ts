import type { GatewayTime } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { begin, end } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import { occur } from './occurrence.js';
import { type DeviceRuleSettings, type OpenLimit, type Rule, type RuleStep, unchanged } from './rule.js';
import { type DeviceRuleState, findActive, newest, type OpenDoor, slotOf, stateLimits } from './state.js';

const NAME = 'held-open@1';
const KIND = 'door.held_open';

/**
 * A door stands open for longer than the site allows at this hour, or its panel says so. When another period begins,
 * its limit counts from then, and a door that was told by day is told again by night. Closing it ends the alert (rule
 * `direct`: the kind `door.closed` clears it).
 */
export const heldOpen: Rule = {
  name: NAME,
  kinds: [KIND],
  hears: [KIND, 'door.opened', 'door.closed'],
  onEvent,
  onTick,
};

function onEvent(state: DeviceRuleState, event: NormalisedEvent, settings: DeviceRuleSettings): RuleStep {
  const { kind, channel, gatewayTime } = event.item.data;
  const { exercise, id } = event.item;
  if (kind === KIND) return settings.heldOpen.on ? occur(state, event, NAME) : unchanged(state);
  const slot = slotOf(channel, exercise);
  const before = state.doors.find((door) => door.slot === slot);
  if (kind === 'door.closed') {
    return unchanged(before === undefined ? state : { ...state, doors: state.doors.filter((door) => door !== before) });
  }
  if (before !== undefined) return unchanged(state);
  const door: OpenDoor = {
    slot,
    ...(channel !== undefined && { channel }),
    exercise,
    since: gatewayTime,
    event: id,
    period: limitOf(settings, channel).period,
  };
  return unchanged({ ...state, doors: newest([...state.doors, door], stateLimits.doors) });
}

function onTick(state: DeviceRuleState, now: GatewayTime, settings: DeviceRuleSettings): RuleStep {
  let step: RuleStep = unchanged(state);
  for (const door of state.doors) {
    const next = time(step.state, door, now, limitOf(settings, door.channel));
    step =
      next.alerts.length === 0 ? { ...step, state: next.state } : { ...next, alerts: [...step.alerts, ...next.alerts] };
  }
  return step;
}

function limitOf({ heldOpen }: DeviceRuleSettings, channel: string | undefined): OpenLimit {
  return (channel === undefined ? undefined : heldOpen.doors.get(channel)) ?? heldOpen.limit;
}

function time(state: DeviceRuleState, door: OpenDoor, now: GatewayTime, { period, seconds }: OpenLimit): RuleStep {
  if (door.period !== period) {
    const armed = door.period === undefined ? {} : { armed: now, told: false };
    return unchanged(replace(state, door, { ...door, ...armed, period }));
  }
  if (door.told === true || elapsedMs(door.armed ?? door.since, now) < seconds * 1000) return unchanged(state);
  return raise(replace(state, door, { ...door, told: true }), door, now);
}

/** Once for each opening and period. What the panel has told itself by now is told. */
function raise(state: DeviceRuleState, door: OpenDoor, now: GatewayTime): RuleStep {
  const active = findActive(state, KIND, door.slot);
  if (active !== undefined && door.armed === undefined) return unchanged(state);
  const before = end(state, active === undefined ? [] : [active], now.wall);
  const again = door.armed === undefined ? '' : `@${door.armed.boot}:${door.armed.monotonicMs}`;
  const begun = begin(before.state, {
    rule: NAME,
    kind: KIND,
    slot: door.slot,
    channel: door.channel,
    exercise: door.exercise,
    since: door.since,
    occurrence: `${door.event}${again}`,
    events: [door.event],
    now,
    time: now.wall,
  });
  return { state: begun.state, alerts: [...before.alerts, ...begun.alerts] };
}

function replace(state: DeviceRuleState, door: OpenDoor, by: OpenDoor): DeviceRuleState {
  return { ...state, doors: state.doors.map((other) => (other === door ? by : other)) };
}
