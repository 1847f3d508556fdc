import type { Transaction } from 'kysely';
import { send } from '../platform/database/index.js';
import type { Database } from '../schema.js';

/** The channel that tells the feed's sequencer to look. */
export const FEED_CHANNEL = 'angrid_feed';
/** The channel that says that pushes are queued. */
export const LEGS_CHANNEL = 'angrid_legs';

export interface FeedEntry {
  readonly topic: 'incident' | 'alert' | 'gateway' | 'device';
  readonly subject: string;
  readonly compound: string;
  readonly unitPath: string | null;
  /** Not even that something has changed is told to anybody but the entitled. */
  readonly restricted?: boolean;
}

/** Entries of one batch, so that a reader takes few at a time. */
const MOST_OF_BATCH = 500;

/**
 * Announces changes to the console, each once. They get their position after the commit, and leave nothing behind a
 * rollback.
 */
export async function announce(trx: Transaction<Database>, entries: readonly FeedEntry[], now: Date): Promise<void> {
  const distinct = [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()];
  for (let first = 0; first < distinct.length; first += MOST_OF_BATCH) {
    await tell(trx, distinct.slice(first, first + MOST_OF_BATCH), now);
  }
}

async function tell(trx: Transaction<Database>, batch: readonly FeedEntry[], now: Date): Promise<void> {
  const column = <T>(value: (entry: FeedEntry) => T): T[] => batch.map(value);
  await send(trx)`
    with batch as (
      insert into feed_batches (size, created_at) values (${batch.length}, ${now}::timestamptz) returning batch_id),
    said as (
      insert into feed (batch_id, compound_id, unit_path, topic, subject, restricted, nr)
      select batch.batch_id, entry.* from batch, unnest(
        ${column(({ compound }) => compound)}::text[],
        ${column(({ unitPath }) => unitPath)}::text[],
        ${column(({ topic }) => topic)}::text[],
        ${column(({ subject }) => subject)}::text[],
        ${column(({ restricted = false }) => restricted)}::boolean[]) with ordinality as entry)
    select pg_notify(${FEED_CHANNEL}, '')`;
}

function keyOf({ topic, subject, compound, unitPath, restricted = false }: FeedEntry): string {
  return `${topic} ${compound}/${subject} ${unitPath ?? ''} ${restricted}`;
}
