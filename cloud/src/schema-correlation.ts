import type { EventKind } from '@angrid/contract';
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { Instant, MaybeInstant, MaybeJson } from './schema-columns.js';

export interface RuleSetsTable {
  rule_set: GeneratedAlways<number>;
  name: string;
  text: string;
  note: string;
  author: string;
  created_at: Instant;
  active: Generated<boolean>;
}

export interface QuietRulesTable {
  quiet_id: string;
  compound_id: string;
  kinds: EventKind[];
  device_id: string | null;
  place_id: string | null;
  hours: string | null;
  reason: string;
  author: string;
  created_at: Instant;
  expires_at: Instant;
  ended_at: MaybeInstant;
}

export interface RuleReplaysTable {
  replay_id: string;
  author: string;
  days: number;
  text: string;
  state: 'queued' | 'running' | 'done' | 'failed';
  progress: Generated<number>;
  total: Generated<number>;
  result: MaybeJson<unknown>;
  error: ColumnType<string | null, string | null | undefined, string | null>;
  created_at: Instant;
  started_at: MaybeInstant;
  finished_at: MaybeInstant;
}
