import type { Certainty, GapState, LossReason, NumberRange, RejectReason } from '@angrid/contract';
import type { LostRange } from '../../schema-delivery.js';
import type { Named } from '../shapes.js';
import type { Proof } from './proof.js';

export interface DeviceGapView {
  readonly gap: string;
  readonly device: Named;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly state: GapState;
  readonly missing: readonly NumberRange[];
  readonly why: LossReason | null;
  /** What is missing happened between these. */
  readonly after: Date;
  readonly before: Date;
  readonly noticedAt: Date;
  readonly changedAt: Date;
}

export interface OutageView {
  readonly id: string;
  readonly device: Named;
  readonly compound: Named;
  readonly gateway: Named;
  readonly from: Date;
  readonly to: Date;
  readonly late: number;
  readonly backfilled: number;
  readonly lostCount: number;
  readonly lost: readonly LostRange[];
  readonly duplicates: number;
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  readonly certainty: Certainty;
  readonly reportedAt: Date;
}

/** What can be proved of one device's delivery. Counts and spans are of the days that were asked for. */
export interface DeliveryView {
  readonly proof: Proof;
  readonly since: Date;
  readonly until: Date;
  /** Before this nothing is known of the device, nor ever where it does not number its events (null). */
  readonly knownFrom: Date | null;
  readonly gaps: readonly DeviceGapView[];
  readonly outages: readonly OutageView[];
  readonly counts: {
    readonly events: number;
    readonly late: number;
    readonly duplicates: number;
    readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
    /** Numbers. */
    readonly lost: number;
    readonly backfilled: number;
    readonly open: number;
  };
  readonly device: {
    readonly state: 'online' | 'offline' | 'unknown';
    readonly since: Date;
    readonly cutOffSince: Date | null;
  };
  readonly gatewaySilentSince: Date | null;
  readonly clockSkewMs: number | null;
}
