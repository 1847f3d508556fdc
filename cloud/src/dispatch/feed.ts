import { sql, type Transaction } from 'kysely';
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
  readonly payload?: Readonly<Record<string, unknown>>;
}

/**
 * Announces changes to the console, each once. They get their position after the commit, and leave nothing behind a
 * rollback.
 */
export async function announce(trx: Transaction<Database>, entries: readonly FeedEntry[], now: Date): Promise<void> {
  if (entries.length === 0) return;
  const distinct = [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values()];
  const column = <T>(value: (entry: FeedEntry) => T): T[] => distinct.map(value);
  await sql`
    with said as (
      insert into feed (compound_id, unit_path, topic, subject, payload, restricted, created_at)
      select *, ${now}::timestamptz from unnest(
        ${column(({ compound }) => compound)}::text[],
        ${column(({ unitPath }) => unitPath)}::text[],
        ${column(({ topic }) => topic)}::text[],
        ${column(({ subject }) => subject)}::text[],
        ${column(({ payload = {} }) => JSON.stringify(payload))}::jsonb[],
        ${column(({ restricted = false }) => restricted)}::boolean[]))
    select pg_notify(${FEED_CHANNEL}, '')`.execute(trx);
}
