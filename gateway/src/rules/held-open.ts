import type { GatewayTime } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { begin } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import { type DeviceRuleSettings, type Rule, type RuleStep, unchanged } from './rule.js';
import { type DeviceRuleState, findActive, newest, type OpenDoor, slotOf, stateLimits } from './state.js';

const NAME = 'held-open@1';
const KIND = 'door.held_open';

/**
 * A door stands open for longer than the site allows at this hour. Closing it ends the alert (rule `direct`: the kind
 * `door.closed` clears it), also where the panel itself noticed that the door was held open.
 */
export const heldOpen: Rule = { name: NAME, onEvent, onTick };

function onEvent(state: DeviceRuleState, { item }: NormalisedEvent): RuleStep {
  const { kind, channel, gatewayTime } = item.data;
  if (kind !== 'door.opened' && kind !== 'door.closed') return unchanged(state);
  const slot = slotOf(channel, item.exercise);
  const before = state.doors.find((door) => door.slot === slot);
  if (kind === 'door.closed') {
    return unchanged(before === undefined ? state : { ...state, doors: state.doors.filter((door) => door !== before) });
  }
  if (before !== undefined) return unchanged(state);
  const door: OpenDoor = {
    slot,
    ...(channel !== undefined && { channel }),
    exercise: item.exercise,
    since: gatewayTime,
    event: item.id,
  };
  return unchanged({ ...state, doors: newest([...state.doors, door], stateLimits.doors) });
}

function onTick(state: DeviceRuleState, now: GatewayTime, settings: DeviceRuleSettings): RuleStep {
  if (state.doors.length === 0) return unchanged(state);
  const late = state.doors.filter((door) => elapsedMs(door.since, now) >= settings.heldOpenSeconds * 1000);
  let step: RuleStep = unchanged(state);
  for (const door of late) {
    const raised = raise(step.state, door, now);
    step = { state: raised.state, alerts: [...step.alerts, ...raised.alerts] };
  }
  return step;
}

/** Once for each opening: the door is taken off the list of those that are timed. */
function raise(state: DeviceRuleState, door: OpenDoor, now: GatewayTime): RuleStep {
  const rest = { ...state, doors: state.doors.filter((other) => other !== door) };
  if (findActive(state, KIND, door.slot) !== undefined) return unchanged(rest);
  return begin(rest, {
    rule: NAME,
    kind: KIND,
    slot: door.slot,
    channel: door.channel,
    exercise: door.exercise,
    since: door.since,
    occurrence: door.event,
    events: [door.event],
    now,
    time: now.wall,
  });
}
