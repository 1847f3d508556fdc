import type { Certainty, GapState, LossReason, NumberRange, RejectReason } from '@angrid/contract';
import type { Instant, Json, KeptFor } from './schema-columns.js';

interface Told extends KeptFor {
  compound_id: string;
  gateway_id: string;
  device_id: string;
}

export interface DeviceGapsTable extends Told {
  gap: string;
  device_epoch: number;
  first_sequence: number;
  last_sequence: number;
  state: GapState;
  missing: Json<NumberRange[]>;
  why: LossReason | null;
  after_at: Instant;
  before_at: Instant;
  noticed_at: Instant;
  changed_at: Instant;
  told_epoch: number;
  told_sequence: number;
}

export interface LostRange extends NumberRange {
  readonly epoch: number;
  readonly why: LossReason;
}

export interface OutagesTable extends Told {
  item_id: Buffer;
  away_from: Instant;
  away_to: Instant;
  late: number;
  backfilled: number;
  lost_count: number;
  lost: Json<LostRange[]>;
  duplicates: number;
  rejected: Json<Partial<Record<RejectReason, number>>>;
  certainty: Certainty;
  reported_at: Instant;
}
