import type { ColumnType } from 'kysely';
import type { Playbook } from './playbooks/playbook.js';
import type { Instant } from './schema-columns.js';

export interface OverlaySwitchesTable {
  switch_id: string;
  playbook: string;
  overlay: string;
  reason: string;
  author: string;
  starts_at: Instant;
  ends_at: Instant;
  created_at: Instant;
}

export interface PlaybookVersionsTable {
  playbook: string;
  version: number;
  digest: string;
  content: ColumnType<Playbook, string, never>;
  first_used_at: Instant;
}

/** date: read and written as `2026-10-10`. */
type LocalDay = ColumnType<string, string, string>;

export interface RosterShiftsTable {
  shift_id: string;
  unit_path: string;
  duty: string;
  account_id: string;
  days: string[];
  hours: string;
  from_date: LocalDay;
  to_date: ColumnType<string | null, string | null, string | null>;
}

export interface RosterChangesTable {
  change_id: string;
  kind: 'away' | 'extra';
  account_id: string;
  unit_path: string | null;
  duty: string | null;
  stand_in_id: string | null;
  reason: string;
  author: string;
  starts_at: Instant;
  ends_at: Instant;
}
