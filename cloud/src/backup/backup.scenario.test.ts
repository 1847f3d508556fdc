import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { BenchSite, CloudBench } from '../../testing/gateway-site.js';
import { startTemporaryDatabase, type TemporaryDatabase } from '../../testing/temporary-database.js';
import { announce } from '../dispatch/feed.js';
import { placeFeedBatches } from '../dispatch/feed-sequencer.js';
import { ingestBatch } from '../ingest/ingest-batch.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { Database } from '../schema.js';
import { backupCloud, restoreCloud } from './backup.js';

const BATCHES = 40;

let bench: CloudBench;
let site: BenchSite;
let folder: string;
/** Of the feed, before the backup. */
let positionBefore: number;
let restored: TemporaryDatabase<Database>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-backup-'));
  bench = await CloudBench.open();
  site = await BenchSite.open(bench);
  await site.furnish();
  await site.send('alarm', site.items.alert({ kind: 'access.duress', device: 'door', at: bench.now }));
  positionBefore = await placeFeedBatches(bench.db);
  restored = await startTemporaryDatabase<Database>();
}, 120_000);
afterAll(async () => {
  await restored.close();
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

const counted = async (db: TemporaryDatabase<Database>): Promise<readonly string[]> => {
  const { rows } = await withScope(db.service, systemScope('test'), (trx) =>
    sql<{ id: string }>`select encode(id, 'hex') as id from events order by 1`.execute(trx),
  );
  return rows.map(({ id }) => id);
};

describe('a backup that is taken while events come in', () => {
  const sent: Buffer[] = [];

  it('appears whole, with the evidence and the keys of the cloud', async () => {
    const data = path.join(folder, 'data');
    await mkdir(path.join(data, 'evidence', 'c1', 'ab'), { recursive: true });
    await writeFile(path.join(data, 'evidence', 'c1', 'ab', 'abcd'), 'bytes of a picture');
    await mkdir(path.join(data, 'pki'));
    await writeFile(path.join(data, 'pki', 'ca.pem'), 'the CA', { mode: 0o600 });

    const backup = path.join(folder, 'backup');
    const taking = backupCloud({ address: bench.db.address, data, folder: backup, clock: bench.clock });
    for (let number = 0; number < BATCHES; number += 1) {
      await bench.clock.advance(1000);
      const events = [0, 1, 2, 3, 4].map((key) =>
        site.items.event({ kind: 'access.granted', device: 'door', at: bench.now, key: String(key) }),
      );
      const bytes = site.gateway.batch('record', events);
      sent.push(bytes);
      await site.sendBytes(bytes);
    }
    expect((await taking).tables.length).toBeGreaterThan(20);
    expect(await readFile(path.join(backup, 'evidence', 'c1', 'ab', 'abcd'), 'utf8')).toBe('bytes of a picture');
    await expect(
      backupCloud({ address: bench.db.address, data, folder: backup, clock: bench.clock }),
    ).rejects.toMatchObject({ code: 'backup.target-not-empty' });
  });

  it('gives an empty cloud back its rows and files', async () => {
    const target = {
      address: restored.address,
      data: path.join(folder, 'data-2'),
      folder: path.join(folder, 'backup'),
    };
    await restoreCloud({ ...target, existing: 'refuse' });
    expect(await readFile(path.join(target.data, 'pki', 'ca.pem'), 'utf8')).toBe('the CA');
    expect(await readFile(path.join(target.data, 'evidence', 'c1', 'ab', 'abcd'), 'utf8')).toBe('bytes of a picture');
    await expect(restoreCloud({ ...target, existing: 'refuse' })).rejects.toMatchObject({
      code: 'backup.target-not-empty',
    });
  });

  it('holds also what is restricted, and keeps it from those who are not entitled', async () => {
    const count = (restricted: 'all' | readonly string[]) =>
      withScope(restored.service, { ...systemScope('test'), restricted }, async (trx) => {
        const rows = await trx.selectFrom('incidents').select('kind').execute();
        return rows.map(({ kind }) => kind);
      });
    expect(await count('all')).toEqual(['access.duress']);
    expect(await count([])).toEqual([]);
  });

  it('loses no event and doubles none once the gateway has sent again what it holds', async () => {
    const before = await counted(restored);
    const answers = [];
    for (const bytes of sent) {
      answers.push(
        await ingestBatch({ db: restored, clock: bench.clock, governance: bench.governance }, site.principal, bytes),
      );
    }
    const duplicate = answers.flatMap((answer) => answer.duplicate);
    const accepted = answers.flatMap((answer) => answer.accepted);
    expect(answers.flatMap(({ rejected }) => rejected)).toEqual([]);
    expect([...duplicate].sort()).toEqual(before);
    expect(duplicate.length + accepted.length).toBe(BATCHES * 5);
    expect(await counted(restored)).toEqual(await counted(bench.db));
  });

  it('goes on with the live feed where it was', async () => {
    const before = await placeFeedBatches(restored);
    const entry = { topic: 'device', subject: 'door', compound: 'c1', unitPath: null } as const;
    await withScope(restored.service, systemScope('test'), (trx) => announce(trx, [entry], bench.now));
    expect(before).toBeGreaterThanOrEqual(positionBefore);
    expect(await placeFeedBatches(restored)).toBe(before + 1);
  });
});
