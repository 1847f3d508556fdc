import type { EventKind, GatewayTime, RuleSettings, Severity } from '@angrid/contract';
import type { StateReport } from '@angrid/device-profiles';
import type { NormalisedEvent } from '../normalise/index.js';
import type { DeviceRuleState } from './state.js';

/** The site's settings, brought down to one device and the present hour: see `settingsFor`. */
export interface DeviceRuleSettings extends Omit<RuleSettings, 'heldOpenSeconds'> {
  readonly heldOpenSeconds: number;
}

export interface RuleContext {
  /** When this gateway process started: silence before that says nothing. */
  readonly startedAt: GatewayTime;
  /** From the device's profile; undefined where its silence says nothing. */
  readonly offlineAfterSeconds?: number | undefined;
}

/** Any sign of the device itself, or of its connection. */
export type Life = 'heartbeat' | 'online' | 'offline';

/** What a step takes. */
export type RuleInput =
  | { readonly event: NormalisedEvent }
  | { readonly tick: GatewayTime }
  | { readonly life: Life; readonly at: GatewayTime }
  | { readonly sync: StateReport; readonly at: GatewayTime };

/** An alert that began or ended: all of its item but what the gateway knows of itself. */
export interface RuleAlert {
  /** What and since when: the same from active to cleared, and the same again when a step is repeated. */
  readonly key: string;
  /** `name@version`. */
  readonly rule: string;
  readonly kind: EventKind;
  readonly state: 'active' | 'cleared';
  readonly severity: Severity;
  readonly channel: string | undefined;
  readonly events: readonly string[];
  readonly since: GatewayTime;
  /** When this change happened, as well as it is known (RFC 3339). */
  readonly time: string;
  readonly exercise: boolean;
}

export interface RuleStep {
  readonly state: DeviceRuleState;
  readonly alerts: readonly RuleAlert[];
}

/**
 * One rule: pure functions from state and input to state and alerts, one for each input that it cares for. The same
 * object comes back where nothing changed.
 */
export interface Rule {
  /** `name@version`; it stands in every alert of the rule. */
  readonly name: string;
  onEvent?(state: DeviceRuleState, event: NormalisedEvent, settings: DeviceRuleSettings): RuleStep;
  onTick?(state: DeviceRuleState, now: GatewayTime, settings: DeviceRuleSettings, context: RuleContext): RuleStep;
  onLife?(state: DeviceRuleState, life: Life, at: GatewayTime): RuleStep;
  onSync?(state: DeviceRuleState, report: StateReport, at: GatewayTime): RuleStep;
}

export function unchanged(state: DeviceRuleState): RuleStep {
  return { state, alerts: [] };
}
