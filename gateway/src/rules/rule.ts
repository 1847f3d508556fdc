import type { CompleteRuleSettings, EventKind, GatewayTime, Severity } from '@angrid/contract';
import type { StateReport } from '@angrid/device-profiles';
import type { NormalisedEvent } from '../normalise/index.js';
import type { DeviceRuleState } from './state.js';

type AtThisHour<T> = Omit<T, 'except'>;

/** How long a door may stand open now. A limit of another period is another limit: timing begins anew. */
export interface OpenLimit {
  /** Id of the period that gives it; `own` where the door has one limit for all hours, `rest` where the rule rests. */
  readonly period: string;
  readonly seconds: number;
}

/**
 * The site's settings, brought down to one device and the present hour: `on` is false also where a rule rests now.
 * See `settingsFor`.
 */
export interface DeviceRuleSettings extends Pick<
  CompleteRuleSettings,
  'offlineGraceSeconds' | 'inhibition' | 'storm' | 'clockDriftSeconds'
> {
  readonly heldOpen: {
    readonly on: boolean;
    readonly limit: OpenLimit;
    /** By channel, where a door differs from the device. */
    readonly doors: ReadonlyMap<string, OpenLimit>;
  };
  readonly forced: AtThisHour<CompleteRuleSettings['forced']>;
  readonly tailgating: AtThisHour<CompleteRuleSettings['tailgating']>;
  readonly repeatedDenial: AtThisHour<CompleteRuleSettings['repeatedDenial']> & { readonly on: boolean };
  readonly deniedThenGranted: AtThisHour<CompleteRuleSettings['deniedThenGranted']>;
  readonly tamper: AtThisHour<CompleteRuleSettings['tamper']>;
  readonly offline: AtThisHour<CompleteRuleSettings['offline']>;
  readonly flapping: AtThisHour<CompleteRuleSettings['flapping']>;
  readonly mains: AtThisHour<CompleteRuleSettings['mains']>;
  readonly battery: AtThisHour<CompleteRuleSettings['battery']>;
}

export interface RuleContext {
  /** When this gateway process started, or the broker came back: silence before that says nothing. */
  readonly startedAt: GatewayTime;
  /** From the device's profile; undefined where its silence says nothing, or nothing would be heard. */
  readonly offlineAfterSeconds?: number | undefined;
}

/** Any sign of the device itself, or of its connection. */
export type Life = 'heartbeat' | 'online' | 'offline';

export interface LifeSign {
  readonly life: Life;
  readonly at: GatewayTime;
}

/** What a step takes. */
export type RuleInput =
  | { readonly event: NormalisedEvent }
  | { readonly tick: GatewayTime }
  | LifeSign
  /** The device sends more than its share: equal events become one. */
  | { readonly loud: GatewayTime }
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
  /** Kinds that a device may say itself and whose alerts this rule begins, so that rule `direct` leaves them alone. */
  readonly kinds?: readonly EventKind[];
  /** Kinds that `onEvent` looks at; every kind where it is not given. */
  readonly hears?: readonly EventKind[];
  onEvent?(
    state: DeviceRuleState,
    event: NormalisedEvent,
    settings: DeviceRuleSettings,
    context: RuleContext,
  ): RuleStep;
  onTick?(state: DeviceRuleState, now: GatewayTime, settings: DeviceRuleSettings, context: RuleContext): RuleStep;
  onLife?(state: DeviceRuleState, sign: LifeSign, settings: DeviceRuleSettings, context: RuleContext): RuleStep;
  onSync?(state: DeviceRuleState, report: StateReport, at: GatewayTime): RuleStep;
  onLoud?(state: DeviceRuleState, at: GatewayTime): RuleStep;
}

const NONE: readonly RuleAlert[] = [];

export function unchanged(state: DeviceRuleState): RuleStep {
  return { state, alerts: NONE };
}
