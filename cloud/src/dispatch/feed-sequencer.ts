import { sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';

/** One sequencer at a time, over all replicas. */
const SEQUENCER_LOCK = 4_714_201_813;
const BATCH = 1000;
/** How long a console may be away and still replay. */
const KEPT_MS = 2 * 86_400_000;
const SCOPE = systemScope('feed');

/**
 * Gives the rows of the feed their positions after their transactions have committed; how many. A row that is not
 * committed yet is not seen, and gets a later position than all that were: whoever has read up to a position misses
 * nothing. The lock is held until the positions are committed, so that they become visible in their order.
 */
export async function placeFeedRows(db: CloudDatabase): Promise<number> {
  let placed = 0;
  for (let batch = BATCH; batch === BATCH; placed += batch) batch = await placeBatch(db);
  return placed;
}

async function placeBatch(db: CloudDatabase): Promise<number> {
  return withScope(db.service, SCOPE, async (trx) => {
    await sql`select pg_advisory_xact_lock(${SEQUENCER_LOCK})`.execute(trx);
    const result = await sql`
      update feed f set position = placed.position
      from (
        select feed_id, nextval('feed_positions') as position
        from (select feed_id from feed where position is null order by feed_id limit ${BATCH}) unplaced) placed
      where f.feed_id = placed.feed_id`.execute(trx);
    return Number(result.numAffectedRows ?? 0);
  });
}

/** Forgets what no console replays any more. */
export async function pruneFeed(db: CloudDatabase, now: number): Promise<void> {
  const before = new Date(now - KEPT_MS);
  await withScope(db.service, SCOPE, (trx) =>
    trx.deleteFrom('feed').where('created_at', '<', before).where('position', 'is not', null).execute(),
  );
}
