import type { GatewayTime } from '@angrid/contract';
import { begin, end, touch } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import {
  type DeviceRuleSettings,
  type LifeSign,
  type Rule,
  type RuleContext,
  type RuleStep,
  unchanged,
} from './rule.js';
import { type DeviceRuleState, findActive, newest, slotOf, stateLimits } from './state.js';

const NAME = 'flapping@1';
const KIND = 'health.flapping';
const SLOT = slotOf(undefined, false);

/**
 * A device goes and comes, again and again: one alert from the change that makes it too many until nothing has changed
 * for the calm. While it lasts, the device is offline only when it is away for as long as the calm. It stands before
 * rule `device-offline`, and sees what that knew before.
 */
export const flapping: Rule = {
  name: NAME,
  kinds: [KIND],
  onEvent(state, { item }, settings, context) {
    if (item.exercise) return unchanged(state);
    const { kind, gatewayTime: at } = item.data;
    return onLife(state, { life: kind === 'health.offline' ? 'offline' : 'heartbeat', at }, settings, context);
  },
  onLife,
  onTick(state, now, settings) {
    const active = findActive(state, KIND, SLOT);
    if (active === undefined || elapsedMs(active.last, now) < settings.flapping.calmSeconds * 1000) {
      return unchanged(state);
    }
    return end({ ...state, changes: [] }, [active], now.wall);
  },
};

export function isFlapping(state: DeviceRuleState): boolean {
  return findActive(state, KIND, SLOT) !== undefined;
}

function onLife(
  state: DeviceRuleState,
  { life, at }: LifeSign,
  settings: DeviceRuleSettings,
  { startedAt }: RuleContext,
): RuleStep {
  const isAway = state.life.lost !== undefined || isTold(state);
  if (state.life.seen === undefined || isAway === (life === 'offline')) return unchanged(state);
  const { on, changes: limit, withinSeconds } = settings.flapping;
  const active = findActive(state, KIND, SLOT);
  if (active !== undefined) return unchanged(touch(state, active, at));
  if (!on) return unchanged(state);
  const counts = (time: GatewayTime): boolean =>
    isSince(time, startedAt) && elapsedMs(time, at) <= withinSeconds * 1000;
  const changes = newest([...state.changes.filter(counts), at], stateLimits.changes);
  const [first] = changes;
  if (changes.length < limit || first === undefined) return unchanged({ ...state, changes });
  return raise({ ...state, changes: [] }, first, at);
}

/** Gone by silence, and not back. */
function isTold(state: DeviceRuleState): boolean {
  return findActive(state, 'health.offline', SLOT) !== undefined && state.life.back === undefined;
}

/** What went away when the gateway itself was stopped says nothing of the device. */
function isSince(time: GatewayTime, start: GatewayTime): boolean {
  return time.boot === start.boot && time.monotonicMs >= start.monotonicMs;
}

function raise(state: DeviceRuleState, since: GatewayTime, now: GatewayTime): RuleStep {
  const occurrence = { slot: SLOT, channel: undefined, exercise: false, events: [], since, now, time: now.wall };
  return begin(state, { rule: NAME, kind: KIND, occurrence: `${since.boot}:${since.monotonicMs}`, ...occurrence });
}
