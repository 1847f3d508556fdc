import { type EventKind, type GatewayTime, kindDefinition } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { elapsedMs } from './elapsed.js';
import type { RuleAlert, RuleStep } from './rule.js';
import { type ActiveAlert, type DeviceRuleState, newest, stateLimits } from './state.js';

/** What a rule gives to begin an alert. */
export interface Beginning {
  readonly rule: string;
  readonly kind: EventKind;
  readonly slot: string;
  readonly channel: string | undefined;
  readonly exercise: boolean;
  readonly since: GatewayTime;
  /** What makes this occurrence another one than the next: the id of its first event, or a time. */
  readonly occurrence: string;
  readonly events: readonly string[];
  readonly now: GatewayTime;
  readonly time: string;
}

/** Begins an alert. Where a device has too many, its oldest one ends: the list is bounded, and nothing ends in silence. */
export function begin(state: DeviceRuleState, beginning: Beginning): RuleStep {
  const { rule, kind, slot, channel, exercise, since, now } = beginning;
  const alert: ActiveAlert = {
    key: `${rule}/${kind}/${beginning.occurrence}`,
    rule,
    kind,
    severity: kindDefinition(kind).severity ?? 4,
    slot,
    ...(channel !== undefined && { channel }),
    exercise,
    since,
    last: now,
    events: newest(beginning.events, stateLimits.eventsOfAlert),
  };
  const crowded = state.active.length >= stateLimits.active ? state.active.slice(0, 1) : [];
  const room = end(state, crowded, beginning.time);
  return {
    state: { ...room.state, active: [...room.state.active, alert] },
    alerts: [...room.alerts, told(alert, 'active', beginning.time)],
  };
}

/** Ends alerts, and says so. */
export function end(state: DeviceRuleState, alerts: readonly ActiveAlert[], time: string): RuleStep {
  if (alerts.length === 0) return { state, alerts: [] };
  return {
    state: { ...state, active: state.active.filter((alert) => !alerts.includes(alert)) },
    alerts: alerts.map((alert) => told(alert, 'cleared', time)),
  };
}

/** The ends of all that was told; what was kept back was not. */
export function endsOf({ active, held }: DeviceRuleState, time: string): readonly RuleAlert[] {
  return active.filter(({ key }) => !held.some((one) => one.key === key)).map((alert) => told(alert, 'cleared', time));
}

/** Ends what an event says is over, unless it was told again after that: what was counted comes behind what was told at once. */
export function endBy(
  state: DeviceRuleState,
  alert: ActiveAlert | undefined,
  { time, data }: NormalisedEvent['item'],
): RuleStep {
  const isOlder = alert === undefined || elapsedMs(data.gatewayTime, alert.last) > 0;
  return end(state, isOlder ? [] : [alert], time);
}

/** The same thing is told again: the alert goes on, with one event more. */
export function join(
  state: DeviceRuleState,
  alert: ActiveAlert,
  again: { event: string; now: GatewayTime },
): DeviceRuleState {
  const events = alert.events.length < stateLimits.eventsOfAlert ? [...alert.events, again.event] : alert.events;
  const joined = { ...alert, last: again.now, events };
  return { ...state, active: state.active.map((other) => (other === alert ? joined : other)) };
}

/** The same thing goes on, and there is no event to add. */
export function touch(state: DeviceRuleState, alert: ActiveAlert, now: GatewayTime): DeviceRuleState {
  return { ...state, active: state.active.map((other) => (other === alert ? { ...alert, last: now } : other)) };
}

export function told(alert: ActiveAlert, state: RuleAlert['state'], time: string): RuleAlert {
  const { key, rule, kind, severity, channel, events, since, exercise } = alert;
  return { key, rule, kind, state, severity, channel, events, since, time, exercise };
}
