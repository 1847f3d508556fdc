import { type RawBuilder, sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';

/** What waits to be sent and to be shown, in all processes of the cloud. */
export interface Backlog {
  /** Pushes that are queued, by the way that they go. */
  readonly legs: Readonly<Record<string, number>>;
  /** Seconds for which the oldest of them waits; 0 where none does. */
  readonly oldestLegS: number;
  /** Rows of the live feed without a position, and seconds for which the oldest of them waits. */
  readonly feed: number;
  readonly oldestFeedS: number;
}

const SCOPE = systemScope('backlog');

/** One statement over partial indexes: what is done with costs nothing. */
export async function readBacklog(db: CloudDatabase, now: Date): Promise<Backlog> {
  return withScope(
    db.service,
    SCOPE,
    async (trx) => {
      const { rows } = await sql<Backlog>`
        select coalesce(l.legs, '{}') as legs, ${secondsSince(sql`l.since`, now)} as "oldestLegS",
          f.count as feed, ${secondsSince(sql`f.since`, now)} as "oldestFeedS"
        from
          (select json_object_agg(channel, count) as legs, min(since) as since from
            (select channel, count(*) as count, min(queued_at) as since from legs where state = 'queued' group by channel) c) l,
          (select coalesce(sum(size), 0)::integer as count, min(created_at) as since
            from feed_batches where position is null) f`.execute(trx);
      return rows[0] ?? { legs: {}, oldestLegS: 0, feed: 0, oldestFeedS: 0 };
    },
    { accessMode: 'read only' },
  );
}

const secondsSince = (since: RawBuilder<unknown>, now: Date) =>
  sql`greatest(coalesce(extract(epoch from ${now}::timestamptz - ${since}), 0), 0)::double precision`;
