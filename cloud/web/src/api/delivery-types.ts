import type { Certainty, GapState, LossReason, NumberRange, RejectReason } from '@angrid/contract';
import type { Named, Presence } from './types.js';

export type Doubt =
  | 'never-heard'
  | 'gateway-silent'
  | 'gateway-behind'
  | 'gateway-refused'
  | 'device-away'
  | 'behind-away'
  | 'gap-open'
  | 'not-numbered';

/** Whether "nothing happened at this door" can be said. */
export interface Proof {
  readonly proven: boolean;
  readonly completeSince: string | null;
  readonly completeUntil: string | null;
  readonly doubts: readonly { readonly doubt: Doubt; readonly since: string | null }[];
}

export interface DeviceGap {
  readonly gap: string;
  readonly device: Named;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly state: GapState;
  readonly missing: readonly NumberRange[];
  readonly why: LossReason | null;
  readonly after: string;
  readonly before: string;
  readonly noticedAt: string;
  readonly changedAt: string;
}

export interface Outage {
  readonly id: string;
  readonly device: Named;
  readonly compound: Named;
  readonly gateway: Named;
  readonly from: string;
  readonly to: string;
  readonly late: number;
  readonly backfilled: number;
  readonly lostCount: number;
  readonly lost: readonly (NumberRange & { readonly epoch: number; readonly why: LossReason })[];
  readonly duplicates: number;
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  readonly certainty: Certainty;
  readonly reportedAt: string;
}

export interface Delivery {
  readonly proof: Proof;
  readonly since: string;
  readonly until: string;
  /** Before this nothing is known; null: never. */
  readonly knownFrom: string | null;
  readonly gaps: readonly DeviceGap[];
  readonly outages: readonly Outage[];
  readonly counts: {
    readonly events: number;
    readonly late: number;
    readonly duplicates: number;
    readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
    readonly lost: number;
    readonly backfilled: number;
    readonly open: number;
  };
  readonly device: { readonly state: Presence; readonly since: string; readonly cutOffSince: string | null };
  readonly gatewaySilentSince: string | null;
  readonly clockSkewMs: number | null;
}
