import { sql, type Transaction } from 'kysely';
import type { Database } from '../schema.js';

/** The channel that tells the feed's sequencer to look. */
export const FEED_CHANNEL = 'angrid_feed';

export interface FeedEntry {
  readonly topic: 'incident' | 'alert' | 'gateway' | 'device';
  readonly subject: string;
  readonly compound: string;
  readonly unitPath: string | null;
  /** Not even that something has changed is told to anybody but the entitled. */
  readonly restricted?: boolean;
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Announces changes to the console. They get their position after the commit, and leave nothing behind a rollback. */
export async function announce(trx: Transaction<Database>, entries: readonly FeedEntry[], now: Date): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ topic, subject, compound, unitPath, restricted = false, payload = {} }) => ({
    compound_id: compound,
    unit_path: unitPath,
    topic,
    subject,
    payload: JSON.stringify(payload),
    restricted,
    created_at: now,
    position: null,
  }));
  await trx.insertInto('feed').values(rows).execute();
  await sql`select pg_notify(${FEED_CHANNEL}, '')`.execute(trx);
}
