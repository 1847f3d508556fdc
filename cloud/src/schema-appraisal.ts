import type { ColumnType, GeneratedAlways } from 'kysely';
import type { AppraisalFact } from './playbooks/practice.js';
import type { AccountRole } from './schema-people.js';
import type { Instant } from './schema-columns.js';

/** SELECT and INSERT only. */
export interface PointsLedgerTable {
  entry_id: GeneratedAlways<number>;
  fact_id: string;
  fact: AppraisalFact;
  subject_kind: 'unit' | 'duty-holder';
  compound_id: string | null;
  unit_path: string | null;
  account_id: string | null;
  account_role: AccountRole | null;
  duty: string | null;
  subject: GeneratedAlways<string>;
  points: number;
  playbook: string;
  incident_id: string | null;
  earned_at: Instant;
  booked_at: Instant;
  corrects: number | null;
  reason: string | null;
  author: string | null;
}

/** SELECT and INSERT only. */
export interface TrainingCoursesTable {
  course_id: string;
  unit_path: string;
  title: string;
  /** `2026-10-10` */
  held_on: ColumnType<string, string, string>;
  /** How many holders attended, by duty. */
  attendance: ColumnType<Record<string, number>, string, never>;
  playbook: string;
  author: string;
  recorded_at: Instant;
}
