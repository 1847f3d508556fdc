import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLog } from '@angrid/runtime';
import { sql } from 'kysely';
import { type BenchSite, CloudBench, VILLAGE } from '../../testing/gateway-site.js';
import { EvidenceFiles } from '../evidence/evidence-files.js';
import { dropEmptyPartitions, ensurePartitions, monthOf } from './event-partitions.js';
import { expire } from './expiry.js';
import { goOtherwise, kept } from './records.js';
import { RetentionJob } from './retention-job.js';

const DAY_MS = 86_400_000;
let bench: CloudBench;
let site: BenchSite;
let folder: string;
let files: EvidenceFiles;

beforeEach(async () => {
  bench = await CloudBench.open();
  site = await bench.openSite();
  await site.furnish();
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-retention-'));
  files = new EvidenceFiles(folder);
});

afterEach(async () => {
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

const passage = (at = bench.now, key = '') => site.items.event({ kind: 'access.granted', device: 'door', at, key });
const partitions = async (): Promise<readonly string[]> => {
  const rows = await bench.rows(sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass order by 1`);
  return rows.map(({ name }) => name);
};
const partitionsOfEvents = async (): Promise<readonly string[]> => {
  const rows = await bench.rows(sql<{ name: string }>`select tableoid::regclass::text as name from events order by 1`);
  return rows.map(({ name }) => name);
};
const expireNow = () => expire({ db: bench.db, files, now: bench.now });

describe('the partitions of events', () => {
  it('are there for this month and the next two, and making them again changes nothing', async () => {
    await ensurePartitions(bench.db, bench.now);
    await ensurePartitions(bench.db, bench.now);
    expect(await partitions()).toEqual(['events_2026_03', 'events_2026_04', 'events_2026_05', 'events_default']);
  });

  it('begin and end with the month, also at the turn of the year', () => {
    expect(monthOf(new Date('2026-12-31T23:59:59Z'), 1)).toEqual({
      partition: 'events_2027_01',
      from: new Date('2027-01-01T00:00:00Z'),
      to: new Date('2027-02-01T00:00:00Z'),
    });
  });

  it('take the events of their month; those of a clock far off lie in the default one', async () => {
    await ensurePartitions(bench.db, bench.now);
    await site.send('record', passage(), passage(new Date('2031-01-01T00:00:00Z')), passage(new Date(0)));
    expect(await partitionsOfEvents()).toEqual(['events_2026_03', 'events_default', 'events_default']);
  });

  it('take up what had come before there was one', async () => {
    await site.send('record', passage());
    expect(await partitionsOfEvents()).toEqual(['events_default']);
    await ensurePartitions(bench.db, bench.now);
    expect(await partitionsOfEvents()).toEqual(['events_2026_03']);
    expect((await site.send('record', passage())).duplicate).toHaveLength(1);
  });

  it('hold the service to its scope like their parent', async () => {
    await ensurePartitions(bench.db, bench.now);
    const direct = bench.system((trx) => sql`select 1 from events_2026_03`.execute(trx));
    await expect(direct).rejects.toMatchObject({ code: '42501' });
  });

  it('are dropped when their month has passed and nothing is in them', async () => {
    await ensurePartitions(bench.db, bench.now);
    await site.send('record', passage());
    await bench.clock.advance(62 * DAY_MS);
    expect(await dropEmptyPartitions(bench.db, bench.now)).toEqual(['events_2026_04']);
    expect(await partitions()).toEqual(['events_2026_03', 'events_2026_05', 'events_default']);
  });
});

describe('what is kept no longer', () => {
  it('is deleted by the days of its class in its compound', async () => {
    const other = await bench.openSite();
    await bench.system((trx) =>
      sql`update retention_days set days = 10 where compound_id = ${other.compound} and retention_class = 'passage'`.execute(
        trx,
      ),
    );
    await site.send('record', passage());
    await other.send('record', other.items.event({ kind: 'access.granted', device: 'door', at: bench.now }));
    await site.send('alarm', site.items.event({ kind: 'door.forced', device: 'door', at: bench.now }));

    await bench.clock.advance(10 * DAY_MS + 1);
    await expireNow();
    expect([await site.count('events'), await other.count('events')]).toEqual([2, 0]);
    await bench.clock.advance(170 * DAY_MS);
    await expireNow();
    expect(await bench.rows(sql`select retention_class from events`)).toEqual([{ retention_class: 'alarm' }]);
    await bench.clock.advance(185 * DAY_MS);
    await expireNow();
    expect(await site.count('events')).toBe(0);
  });

  it('is told by when it arrived, whatever the clock of the gateway said', async () => {
    await site.send('record', passage(new Date(0)), passage(new Date('2099-01-01T00:00:00Z')));
    await bench.clock.advance(179 * DAY_MS);
    await expireNow();
    expect(await site.count('events')).toBe(2);
    await bench.clock.advance(2 * DAY_MS);
    await expireNow();
    expect(await site.count('events')).toBe(0);
  });

  it('takes an incident with all that hangs on it', async () => {
    const forced = { kind: 'door.forced', device: 'door', at: bench.now } as const;
    await site.send('alarm', site.items.alert(forced));
    await bench.clock.advance(365 * DAY_MS + 1000);
    const deleted = await expireNow();
    expect(deleted).toMatchObject({ alerts: 1, incidents: 1, legs: 1, incident_log: 1 });
  });

  it('takes the bytes of evidence with it, but none that another piece still needs', async () => {
    const send = async (bytes: string): Promise<string> => {
      const piece = site.items.evidence({
        camera: 'cam',
        at: bench.now,
        alerts: ['f'.repeat(64)],
        bytes: Buffer.from(bytes),
      });
      await site.send('media', piece);
      const file = files.fileOf({ compound: site.compound, sha256: piece.data.sha256 });
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, bytes);
      return file;
    };
    const [alone, shared] = [await send('alone'), await send('shared')];
    await bench.clock.advance(20 * DAY_MS);
    await send('shared');
    await bench.clock.advance(11 * DAY_MS);
    expect(await expireNow()).toMatchObject({ evidence: 2 });
    await expect(stat(alone)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(stat(shared)).resolves.toBeDefined();
    expect(await site.count('alert_evidence')).toBe(1);
  });

  it('takes an unmasked original when its grant has ended, also where two grants brought the same one', async () => {
    const bytes = Buffer.from('unmasked');
    const sent = { camera: 'cam', at: bench.now, alerts: ['e'.repeat(64)], bytes };
    const expiresAt = new Date(bench.now.getTime() + 60_000).toISOString();
    const brought = ['one', 'two'].map((id) => site.items.evidence({ ...sent, origin: { grant: { id, expiresAt } } }));
    await site.send('media', ...brought);
    const file = files.fileOf({ compound: site.compound, sha256: brought[0]?.data.sha256 ?? '' });
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    expect(await expireNow()).toMatchObject({ evidence: 0 });
    await bench.clock.advance(60_001);
    expect(await expireNow()).toMatchObject({ evidence: 2 });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is what people had on record, of a compound and of a unit, and what was put right before what it was put right by', async () => {
    const unit = `suxi/${VILLAGE}/c1-b3`;
    const account = await bench.system((trx) =>
      sql<{ id: string }>`insert into accounts (account_id, login, label, role, created_at)
        values (gen_random_uuid(), 'the-member', 'member', 'grid-member', ${bench.now}) returning account_id as id`.execute(
        trx,
      ),
    );
    const author = account.rows[0]?.id;
    const later = new Date(bench.now.getTime() + DAY_MS);
    for (const statement of [
      sql`insert into silences (silence_id, compound_id, kind, reason, author, created_at, starts_at, ends_at)
        values (gen_random_uuid(), 'c1', 'silence', 'too loud', ${author}, ${bench.now}, ${bench.now}, ${later})`,
      sql`insert into points_ledger (fact_id, fact, subject_kind, compound_id, unit_path, points, playbook, earned_at, booked_at)
        values ('f', 'round-signed', 'unit', 'c1', ${unit}, 1, 'jinhua@1', ${bench.now}, ${bench.now})`,
      sql`insert into points_ledger (fact_id, fact, subject_kind, compound_id, unit_path, points, playbook, earned_at,
          booked_at, corrects, reason, author)
        select 'correction', fact, subject_kind, compound_id, unit_path, -1, playbook, earned_at, booked_at, entry_id,
          'not theirs', ${author} from points_ledger`,
      sql`insert into day_summaries (unit_path, day, text, figures, account_id, signed_at)
        values (${unit}, '2026-03-01', 'a quiet day', '{}', ${author}, ${bench.now})`,
    ])
      await bench.rows(statement);
    expect(await expireNow()).toMatchObject({ silences: 0, points_ledger: 0, day_summaries: 0 });
    await bench.clock.advance(1097 * DAY_MS);
    expect(await expireNow()).toMatchObject({ silences: 1, points_ledger: 1, day_summaries: 1 });
    expect(await expireNow()).toMatchObject({ points_ledger: 1 });
  });

  it('is told of every table with a time: it expires, goes otherwise, or is kept for a reason', async () => {
    const tables = await bench.rows(sql<{ name: string }>`
      select distinct c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
        and a.attnum > 0 and a.atttypid = any ('{timestamptz,date,tstzrange}'::regtype[]) and c.relname <> 'schema_migration'
      order by 1`);
    const expiring = Object.keys(await expireNow());
    const told = [...expiring, ...Object.keys(goOtherwise), ...Object.keys(kept)];
    expect(tables.map(({ name }) => name).filter((name) => !told.includes(name))).toEqual([]);
    expect(told.filter((name, index) => told.indexOf(name) !== index)).toEqual([]);
  });

  it('is never the site configuration that holds', async () => {
    await bench.clock.advance(1096 * DAY_MS);
    await site.send('alarm', site.items.provision(bench.now, { op: 'device.remove', device: 'cam' }));
    await expireNow();
    expect(await site.count('site_configs')).toBe(2);
    await bench.clock.advance(1096 * DAY_MS);
    await expireNow();
    expect(await site.count('site_configs')).toBe(1);
  });
});

describe('the job', () => {
  it('makes partitions at its start, and deletes a minute later', async () => {
    await site.send('record', passage());
    await bench.clock.advance(181 * DAY_MS);
    const job = new RetentionJob({ db: bench.db, clock: bench.clock, log: silentLog, files });
    await job.start();
    expect(await partitions()).toContain('events_2026_08');
    await bench.clock.advance(60_000);
    await job.stop();
    expect(await site.count('events')).toBe(0);
  });
});
