import type { Generated, GeneratedAlways } from 'kysely';
import type { Instant } from './schema-columns.js';

/** What one transaction has told; the sequencer gives it the position of its last row. */
export interface FeedBatchesTable {
  batch_id: GeneratedAlways<number>;
  position: number | null;
  size: number;
  created_at: Instant;
}

/** Rows of a batch, numbered from 1. */
export interface FeedTable {
  batch_id: number;
  nr: number;
  compound_id: string;
  unit_path: string | null;
  topic: string;
  subject: string;
  restricted: Generated<boolean>;
}
