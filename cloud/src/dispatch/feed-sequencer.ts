import { sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { holdLock, send, systemScope, withScope } from '../platform/database/index.js';

const BATCHES = 1000;
/** How long a console may be away and still replay. */
const KEPT_MS = 2 * 86_400_000;
const SCOPE = systemScope('feed');

/**
 * Gives the batches of the feed their positions after their transactions have committed; the latest position. A batch
 * that is not committed yet is not seen, and gets later positions than all that were: whoever has read up to a position
 * misses nothing. The lock is held until the positions are committed, so that they become visible in their order.
 */
export async function placeFeedBatches(db: CloudDatabase): Promise<number> {
  for (;;) {
    const { placed, latest } = await placeSome(db);
    if (placed < BATCHES) return latest;
  }
}

interface Placing {
  readonly placed: number;
  readonly latest: number;
}

/** One sequencer at a time, over all replicas. */
async function placeSome(db: CloudDatabase): Promise<Placing> {
  return withScope(db.service, SCOPE, async (trx) => {
    await send(trx)`${holdLock('feed positions')}`;
    const { rows } = await sql<Placing>`
      with before as (select coalesce(max(position), 0) as latest from feed_batches),
      waiting as (
        select batch_id, sum(size) over (order by batch_id) as rows
        from (select batch_id, size from feed_batches where position is null order by batch_id limit ${BATCHES}) unplaced),
      placed as (
        update feed_batches b set position = before.latest + waiting.rows
        from waiting, before where b.batch_id = waiting.batch_id
        returning b.position)
      select count(placed.position) as placed, coalesce(max(placed.position), before.latest) as latest
      from before left join placed on true group by before.latest`.execute(trx);
    return rows[0] ?? { placed: 0, latest: 0 };
  });
}

/** Forgets what no console replays any more. The last batch stays: positions go on from it. */
export async function pruneFeed(db: CloudDatabase, now: number): Promise<void> {
  await withScope(db.service, SCOPE, (trx) =>
    sql`
      with old as (
        delete from feed_batches
        where created_at < ${new Date(now - KEPT_MS)} and position < (select max(position) from feed_batches)
        returning batch_id)
      delete from feed where batch_id in (select batch_id from old)`.execute(trx),
  );
}
