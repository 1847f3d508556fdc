import { type GatewayTime, kindDefinition, kinds, type Severity } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { begin, end, join } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import { type RuleStep } from './rule.js';
import { type ActiveAlert, type DeviceRuleState, findActive, slotOf } from './state.js';

/** After this much quiet the same thing is told as a new alert, where it is urgent, or has ended, where nothing tells its end. */
const QUIET_MS = 5 * 60 * 1000;
/** Faults of equipment are told again and again for hours. */
const FAULT_QUIET_MS = 24 * 60 * 60 * 1000;
/** A low battery is told once a day at most, and for weeks. */
const BATTERY_QUIET_MS = 30 * FAULT_QUIET_MS;
/** From this severity on a thing that happens again pages again. */
const URGENT: Severity = 2;

/** Kinds of which some other kind tells the end. `door.forced` ends with the closing of the door. */
const ENDING: ReadonlySet<string> = new Set([
  ...Object.values(kinds).flatMap((definition) => ('clears' in definition ? [definition.clears] : [])),
  'door.forced',
]);

/** An event of an alerting kind: begins an alert, or joins the one that is active. */
export function occur(state: DeviceRuleState, event: NormalisedEvent, rule: string): RuleStep {
  const { item } = event;
  const { kind, channel, gatewayTime: now } = item.data;
  const slot = slotOf(channel, item.exercise);
  const active = findActive(state, kind, slot);
  if (active !== undefined && !isNewOccurrence(active, now)) {
    return { state: join(state, active, { event: item.id, now }), alerts: [] };
  }
  const before = end(state, active === undefined ? [] : [active], item.time);
  const begun = begin(before.state, {
    rule,
    kind,
    slot,
    channel,
    exercise: item.exercise,
    since: now,
    occurrence: item.id,
    events: [item.id],
    now,
    time: item.time,
  });
  return { state: begun.state, alerts: [...before.alerts, ...begun.alerts] };
}

function isNewOccurrence(active: ActiveAlert, now: GatewayTime): boolean {
  return active.severity <= URGENT && elapsedMs(active.last, now) > QUIET_MS;
}

/**
 * Ends what nothing else will end. Supporting alerts too, because cameras forget to say that motion is over, and
 * drills. A momentary alert of severity 1 (duress) is only forgotten, so that the next one is told anew: that it is
 * over is for a person to say.
 */
export function expire(state: DeviceRuleState, now: GatewayTime): RuleStep {
  const over = state.active.filter((alert) => endsByItself(alert) && elapsedMs(alert.last, now) > quietMs(alert));
  if (over.length === 0) return { state, alerts: [] };
  const forgotten = over.filter((alert) => alert.severity === 1 && !alert.exercise);
  const kept = { ...state, active: state.active.filter((alert) => !forgotten.includes(alert)) };
  return end(
    kept,
    over.filter((alert) => !forgotten.includes(alert)),
    now.wall,
  );
}

function endsByItself(alert: ActiveAlert): boolean {
  if (alert.kind === 'power.battery_low') return true;
  return alert.exercise || !ENDING.has(alert.kind) || kindDefinition(alert.kind).standing === 'supporting';
}

function quietMs({ kind, exercise }: ActiveAlert): number {
  if (exercise) return QUIET_MS;
  if (kind === 'power.battery_low') return BATTERY_QUIET_MS;
  const isFault = kind.startsWith('power.') || kind.startsWith('health.') || kind === 'door.lock_failed';
  return isFault ? FAULT_QUIET_MS : QUIET_MS;
}
