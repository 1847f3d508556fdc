import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { BigInt64, Instant, MaybeInstant, MaybeJson } from './schema-columns.js';

export const accountRoles = [
  'administrator',
  'property-manager',
  'police',
  'grid-member',
  'installer',
  'auditor',
] as const;
export type AccountRole = (typeof accountRoles)[number];

export interface AccountsTable {
  account_id: string;
  login: string;
  label: string;
  role: AccountRole;
  compounds: Generated<string[]>;
  unit_paths: Generated<string[]>;
  duties: Generated<string[]>;
  password_hash: string | null;
  locale: Generated<string>;
  disabled_at: MaybeInstant;
  created_at: Instant;
}

export interface AccountLinksTable {
  link_hash: string;
  account_id: string;
  expires_at: Instant;
  used_at: MaybeInstant;
}

export interface SessionsTable {
  session_hash: string;
  account_id: string;
  csrf: string;
  created_at: Instant;
  expires_at: Instant;
  last_seen_at: Instant;
}

export interface SecondFactorsTable {
  account_id: string;
  sealed: Buffer;
  confirmed_at: MaybeInstant;
  last_step: Generated<number>;
  recovery: Generated<string[]>;
}

export interface EvidenceGrantsTable {
  grant_id: string;
  compound_id: string;
  incident_id: string;
  account_id: string;
  reason: string;
  granted_at: Instant;
  expires_at: Instant;
}

export interface AuditLogTable {
  audit_id: GeneratedAlways<number>;
  at: Instant;
  actor: string;
  role: string;
  action: string;
  audit_class: string;
  subject: string | null;
  compound_id: string | null;
  reason: string | null;
  detail: ColumnType<Record<string, unknown>, string | undefined, never>;
  prev_hash: string;
  hash: string;
}

export interface AuditRootsTable {
  /** UTC, as `2026-10-10`. */
  day: string;
  rows: BigInt64;
  hash: string;
  read_at: Instant;
}

export interface AuditRootPostsTable {
  day: string;
  attempt: number;
  posted_at: Instant;
  state: 'delivered' | 'refused' | 'gone';
  reason: string | null;
  receipt: MaybeJson<object>;
}
