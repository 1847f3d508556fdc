import { sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { holdLock, systemScope, withScope } from '../platform/database/index.js';

const BATCH = 1000;
/** How long a console may be away and still replay. */
const KEPT_MS = 2 * 86_400_000;
const SCOPE = systemScope('feed');

/**
 * Gives the rows of the feed their positions after their transactions have committed; the latest position. A row that
 * is not committed yet is not seen, and gets a later position than all that were: whoever has read up to a position
 * misses nothing. The lock is held until the positions are committed, so that they become visible in their order.
 */
export async function placeFeedRows(db: CloudDatabase): Promise<number> {
  for (;;) {
    const { placed, latest } = await placeBatch(db);
    if (placed < BATCH) return latest;
  }
}

interface Placing {
  readonly placed: number;
  readonly latest: number;
}

/** One sequencer at a time, over all replicas. */
async function placeBatch(db: CloudDatabase): Promise<Placing> {
  return withScope(db.service, SCOPE, async (trx) => {
    await holdLock('feed positions').execute(trx);
    const { rows } = await sql<Placing>`
      with placed as (
        update feed f set position = next.position
        from (
          select feed_id, nextval('feed_positions') as position
          from (select feed_id from feed where position is null order by feed_id limit ${BATCH}) unplaced) next
        where f.feed_id = next.feed_id
        returning f.position)
      select (select count(*) from placed) as placed,
        greatest((select max(position) from placed), (select max(position) from feed), 0) as latest`.execute(trx);
    return rows[0] ?? { placed: 0, latest: 0 };
  });
}

/** Forgets what no console replays any more. */
export async function pruneFeed(db: CloudDatabase, now: number): Promise<void> {
  const before = new Date(now - KEPT_MS);
  await withScope(db.service, SCOPE, (trx) =>
    trx.deleteFrom('feed').where('created_at', '<', before).where('position', 'is not', null).execute(),
  );
}
