import type { ColumnType, Generated } from 'kysely';
import type { ChannelKind } from './playbooks/routing.js';
import type { LegState } from './dispatch/leg.js';
import type { PlannedLadder } from './dispatch/plan.js';
import type { Recipient } from './dispatch/recipients.js';
import type { AccountRole } from './schema-people.js';
import type { Instant, MaybeInstant, MaybeJson } from './schema-columns.js';

type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** What dispatch knows of an incident besides what correlation has written. */
export interface DispatchedIncident {
  source_kind: Generated<'device' | 'person' | 'system'>;
  category: Maybe<string>;
  police: Maybe<boolean>;
  playbook: Maybe<string>;
  owner_id: Maybe<string>;
  owned_at: MaybeInstant;
  silenced_until: MaybeInstant;
  shared_paths: Generated<string[]>;
}

export interface LegsTable {
  leg_id: string;
  incident_id: string;
  compound_id: string;
  unit_path: string | null;
  role: string;
  rung: Generated<number>;
  to_kind: Recipient['kind'];
  to_id: string;
  to_unit: string | null;
  open_to: Generated<AccountRole[]>;
  accounts: Generated<string[]>;
  channel: ChannelKind;
  target_id: Maybe<string>;
  ladder: MaybeJson<PlannedLadder>;
  asks: Generated<boolean>;
  state: LegState;
  /** Who answered. */
  account_id: string | null;
  attempts: Generated<number>;
  next_attempt_at: MaybeInstant;
  due_at: MaybeInstant;
  /** What due_at was before somebody answered. */
  answer_by: MaybeInstant;
  settle_at: MaybeInstant;
  queued_at: Instant;
  sent_at: MaybeInstant;
  delivered_at: MaybeInstant;
  read_at: MaybeInstant;
  /** The first answer, whatever it was. */
  acknowledged_at: MaybeInstant;
  accepted_at: MaybeInstant;
  timed_out_at: MaybeInstant;
  ended_at: MaybeInstant;
  reason: Maybe<string>;
  receipt: MaybeJson<Record<string, unknown>>;
  last_error: string | null;
}

export interface SilencesTable {
  silence_id: string;
  compound_id: string;
  kind: 'silence' | 'maintenance';
  unit_path: string | null;
  device_id: string | null;
  event_kind: string | null;
  reason: string;
  author: string;
  created_at: Instant;
  starts_at: Instant;
  ends_at: Instant;
  ended_by: Maybe<string>;
}

export interface ExercisesTable {
  exercise_id: string;
  compound_id: string;
  name: string;
  author: string;
  created_at: Instant;
  starts_at: Instant;
  ends_at: Instant;
}

export interface ExerciseMembersTable {
  exercise_id: string;
  compound_id: string;
  account_id: string;
  joined_at: Instant;
}
