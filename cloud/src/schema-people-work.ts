import type { ColumnType, Generated } from 'kysely';
import type { SeenItem } from './patrol/rounds.js';
import type { DayFigures } from './patrol/daily-list.js';
import type { ReportCategory } from './playbooks/playbook.js';
import type { RedactionCounts } from './reports/redact.js';
import type { Instant, Json, MaybeInstant } from './schema-columns.js';

type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>;

export interface ReportsTable {
  report_id: string;
  compound_id: string;
  unit_path: string | null;
  place_id: string | null;
  incident_id: string;
  alert: string;
  category: ReportCategory;
  text: string;
  redacted: Json<RedactionCounts>;
  sealed: Buffer;
  code_hash: Maybe<string>;
  reporter: Maybe<string>;
  upload_hash: Maybe<string>;
  upload_until: MaybeInstant;
  created_at: Instant;
}

export interface PatrolListsTable {
  list_id: string;
  compound_id: string;
  unit_path: string | null;
  name: string;
  of: 'cameras' | 'places';
  windows: string[];
  items: string[];
  author: string;
  created_at: Instant;
  ended_at: MaybeInstant;
}

export interface PatrolRoundsTable {
  round_id: string;
  list_id: string;
  compound_id: string;
  unit_path: string | null;
  window_from: Instant;
  window_to: Instant;
  seen: Json<SeenItem[]>;
  account_id: string;
  signed_at: Instant;
}

export interface VisitsTable {
  visit_id: string;
  compound_id: string;
  unit_path: string | null;
  place_id: string;
  kind: 'visit' | 'sweep' | 'publicity';
  note: string | null;
  account_id: string;
  at: Instant;
}

export interface DaySummariesTable {
  unit_path: string;
  day: string;
  text: string;
  figures: Json<DayFigures>;
  account_id: string;
  signed_at: Instant;
}

export interface CareConsentsTable {
  consent_id: string;
  compound_id: string;
  unit_path: string | null;
  place_id: string;
  reference: string;
  recorded_by: string;
  recorded_at: Instant;
  expires_at: Instant;
  revoked_at: MaybeInstant;
  revoked_by: Maybe<string>;
  met_at: Instant;
  door: Generated<boolean>;
}

export interface CareTasksTable {
  task_id: string;
  consent_id: string;
  compound_id: string;
  unit_path: string | null;
  place_id: string;
  raised_at: Instant;
  due_at: Instant;
  attempts: Generated<number>;
  done_at: MaybeInstant;
  done_by: Maybe<string>;
  outcome: Maybe<'met' | 'away' | 'passed' | 'revoked' | 'expired'>;
}
