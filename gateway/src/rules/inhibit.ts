import type { EventKind, GatewayTime } from '@angrid/contract';
import { told } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import type { RuleAlert } from './rule.js';
import { type DeviceRuleState, findActive, type HeldAlert, newest, slotOf, stateLimits } from './state.js';
import type { SteppedRules } from './step-rules.js';

/** What tells that something is out of reach. Everything else that a device says is never kept back. */
const KINDS: ReadonlySet<EventKind> = new Set(['health.offline', 'health.flapping', 'health.broker_lost']);
const SLOT = slotOf(undefined, false);

/** What a device hangs behind, near and far: devices, and the operator's broker. */
export interface Surroundings {
  readonly isDown: boolean;
  /** In this time it would be noticed that they are down too. */
  readonly holdMs: number;
}

/** That a device is out of reach, whether it was told or is kept back. */
export function isDown(state: DeviceRuleState): boolean {
  return [...KINDS].some((kind) => findActive(state, kind, SLOT) !== undefined);
}

/**
 * Beside the rules, after them: a device behind another one that is down is out of reach, and is no alert of its own.
 * Its alert waits for as long as the other one's may take, stays back while that lasts, and is told when the other one
 * is back and this is not. What was never told is never told to be over. Pure; `around` is none where a device hangs
 * behind nothing that is known, or the site does not want it.
 */
export function inhibit(step: SteppedRules, now: GatewayTime, around: Surroundings | undefined): SteppedRules {
  const { held } = step.state;
  if (held.length === 0 && (around === undefined || !step.alerts.some(isOutOfReach))) return step;
  const waiting = new Map(held.map((one) => [one.key, one]));
  const alerts: RuleAlert[] = [];
  for (const alert of step.alerts) {
    const keepsBack = around !== undefined && isOutOfReach(alert) && alert.state === 'active';
    if (keepsBack) waiting.set(alert.key, { key: alert.key });
    else if (!waiting.delete(alert.key)) alerts.push(alert);
  }
  const looked = [...waiting.values()].map((one) => ({ one, next: look(one, now, around) }));
  const released = new Set(looked.flatMap(({ one, next }) => (next === undefined ? [one.key] : [])));
  const free = step.state.active.filter(({ key }) => released.has(key)).map((one) => told(one, 'active', now.wall));
  const rest = looked.flatMap(({ next }) => (next === undefined ? [] : [next]));
  return settle(step, [...alerts, ...free], newest(rest, stateLimits.held));
}

/** True for the alerts that are kept back, and that keep others back. */
export function isOutOfReach({ kind, exercise }: RuleAlert): boolean {
  return KINDS.has(kind) && !exercise;
}

/** The alert as it waits on, or undefined where it waited for long enough. */
function look(one: HeldAlert, now: GatewayTime, around: Surroundings | undefined): HeldAlert | undefined {
  if (around === undefined) return undefined;
  if (around.isDown) return one.free === undefined ? one : { key: one.key };
  if (one.free === undefined) return { key: one.key, free: now };
  return elapsedMs(one.free, now) >= around.holdMs ? undefined : one;
}

function settle(step: SteppedRules, alerts: readonly RuleAlert[], held: HeldAlert[]): SteppedRules {
  const before = step.state.held;
  const isSame = held.length === before.length && held.every((one, index) => one === before[index]);
  if (isSame && alerts.length === step.alerts.length) return step;
  return { state: { ...step.state, held }, alerts, changed: true };
}
