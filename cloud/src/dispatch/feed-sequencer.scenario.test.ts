import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLog } from '@angrid/runtime';
import { sql } from 'kysely';
import { CloudBench } from '../../testing/gateway-site.js';
import { startTemporaryDatabase } from '../../testing/temporary-database.js';
import type { CloudDatabase } from '../database.js';
import { connectDatabase, readMigrations, systemScope, withScope } from '../platform/database/index.js';
import type { Database } from '../schema.js';
import { announce } from './feed.js';
import { placeFeedBatches, pruneFeed } from './feed-sequencer.js';

const DAY_MS = 86_400_000;

let bench: CloudBench;
beforeAll(async () => {
  bench = await CloudBench.open();
}, 120_000);
afterAll(() => bench.close());

/** Announces as many entries in one transaction; the latest position after it. */
async function tell(db: CloudDatabase, entries: number, at: Date): Promise<number> {
  const news = Array.from({ length: entries }, (_, nr) => {
    return { topic: 'device', subject: `door-${nr}`, compound: 'c1', unitPath: null } as const;
  });
  await withScope(db.service, systemScope('test'), (trx) => announce(trx, news, at));
  return placeFeedBatches(db);
}

const kept = () =>
  bench.rows(sql`select position, (select count(*) from feed f where f.batch_id = b.batch_id) as rows
  from feed_batches b order by position`);

describe('the positions of the feed', () => {
  it('go on from the last batch when all of it is older than two days', async () => {
    const before = await placeFeedBatches(bench.db);
    const old = bench.now.getTime();
    await tell(bench.db, 3, bench.now);
    await tell(bench.db, 2, bench.now);
    await pruneFeed(bench.db, old + DAY_MS);
    expect(await kept()).toContainEqual({ position: before + 3, rows: 3 });
    await pruneFeed(bench.db, old + 3 * DAY_MS);
    expect(await kept()).toEqual([{ position: before + 5, rows: 2 }]);
    expect(await tell(bench.db, 4, bench.now)).toBe(before + 9);
  });

  it('go on where they were when they were given to each row', async () => {
    const migrations = await readMigrations();
    const earlier = migrations.filter(({ name }) => name < '0026');
    const db = await startTemporaryDatabase<Database>({ migrations: earlier });
    try {
      await withScope(db.service, systemScope('test'), (trx) =>
        sql`
          insert into feed (position, compound_id, topic, subject, payload, created_at)
          select nextval('feed_positions'), 'c1', 'device', 'door', '{}', now() from generate_series(1, 7)`.execute(
          trx,
        ),
      );
      const migrated = await connectDatabase(db.address, { clock: bench.clock, log: silentLog, migrations });
      await migrated.close();
      expect(await tell(db, 1, bench.now)).toBe(8);
    } finally {
      await db.close();
    }
  });
});
