import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import readXlsxFile from 'read-excel-file/node';
import type { ConsoleClient } from '../../testing/console-client.js';
import { VILLAGE } from '../../testing/gateway-site.js';
import { Town } from '../../testing/town.js';
import type { IncidentDetail } from '../console/incident-detail.js';
import { bookPoints } from './book-points.js';
import type { LedgerPage } from './ledger.js';
import type { AppraisalReport } from './report.js';

const village = `suxi/${VILLAGE}`;
const east = `${village}/east-b3`;
const LIST = '01990000-0000-7000-8000-000000000001';
let town: Town;
let desk: ConsoleClient;
let outsider: ConsoleClient;
let incident: string;
beforeAll(async () => {
  town = await Town.open();
  desk = await town.signIn('desk');
  outsider = await town.signIn('outsider');
  incident = await acknowledgedInTime();
}, 180_000);
afterAll(() => town.close());

/** An unconfirmed signal of severity 1 that the confirmer acknowledges within its 30 seconds. */
async function acknowledgedInTime(): Promise<string> {
  const { bench } = town;
  const happening = { kind: 'sos.raised', device: 'door', at: bench.now } as const;
  await town.east.send('alarm', town.east.items.event(happening), town.east.items.alert(happening));
  const [row] = await bench.rows(sql<{ id: string }>`select incident_id as id from incidents`);
  const confirmer = await town.signIn('confirmer');
  const { body } = await confirmer.get<IncidentDetail>(`/api/incidents/${row?.id}`);
  bench.clock.jumpWall(10_000);
  const wish = { action: 'acknowledge', version: body.version };
  expect((await confirmer.post(`/api/incidents/${row?.id}/actions`, wish)).status).toBe(200);
  return row?.id ?? '';
}

interface Row {
  readonly id: number;
  readonly subject: string;
  readonly fact: string;
  readonly points: number;
}
const ledger = () =>
  town.bench.rows(sql<Row>`
    select entry_id as id, subject_kind as subject, fact, points from points_ledger
    where incident_id = ${incident} order by subject_kind desc, entry_id`);
const report = async (client: ConsoleClient, query = ''): Promise<AppraisalReport> =>
  (await client.get<AppraisalReport>(`/api/appraisal?${query}`)).body;
const pointsOf = async (client: ConsoleClient, unit: string): Promise<LedgerPage> =>
  (await client.get<LedgerPage>(`/api/appraisal/points?unit=${unit}`)).body;

describe('the points of an incident', () => {
  it('are booked once for its unit and once for the holder of the duty, however often and by how many the job runs', async () => {
    await Promise.all([bookPoints(town.bench), bookPoints(town.bench)]);
    const booked = await ledger();
    expect(booked.map(({ subject, fact, points }) => ({ subject, fact, points }))).toEqual([
      { subject: 'unit', fact: 'acknowledged-in-time', points: 1 },
      { subject: 'duty-holder', fact: 'acknowledged-in-time', points: 1 },
    ]);
    await town.bench.system((trx) =>
      trx.deleteFrom('platform_state').where('key', 'like', 'appraisal.booked.%').execute(),
    );
    expect(await bookPoints(town.bench)).toBe(0);
    expect(await ledger()).toEqual(booked);
  });

  it('can neither be changed nor taken out, and nobody else can have any', async () => {
    const attempt = (statement: string) => town.bench.system((trx) => sql.raw(statement).execute(trx));
    await expect(attempt('update points_ledger set points = 100')).rejects.toThrow(/permission denied/);
    await expect(attempt('delete from points_ledger')).rejects.toThrow(/permission denied/);
    const insert = (kind: string, role: string, fact = 'acknowledged-in-time') =>
      attempt(`insert into points_ledger
        (fact_id, fact, subject_kind, unit_path, account_id, account_role, duty, points, playbook, earned_at, booked_at)
        select 'x', '${fact}', '${kind}', 'suxi', account_id, '${role}', 'duty', 1, 'suxi@1', now(), now()
        from accounts limit 1`);
    await expect(insert('resident', 'grid-member')).rejects.toThrow(/check constraint/);
    await expect(insert('duty-holder', 'landlord')).rejects.toThrow(/check constraint/);
    await expect(insert('duty-holder', 'grid-member', 'report-made')).rejects.toThrow(/check constraint/);
  });

  it('are seen by those whose unit it is', async () => {
    expect(await pointsOf(desk, east)).toMatchObject({ items: [{ incident, points: 1, subject: 'unit' }] });
    expect((await pointsOf(outsider, east)).items).toEqual([]);
    const mine = await report(desk, 'level=3');
    expect(mine.units.find(({ unit }) => unit.path === east)).toMatchObject({ points: 1, figures: { received: 1 } });
    expect(mine.holders).toMatchObject([{ label: 'confirmer', duties: ['confirmer'], points: 1 }]);
    const others = await report(outsider);
    expect(others.units.map(({ unit }) => unit.path)).toEqual([`${village}/west-b3`]);
    expect(others).toMatchObject({ total: { received: 0 }, holders: [] });
    expect((await (await town.signIn('manager')).get('/api/appraisal')).status).toBe(403);
  });

  it('are taken back by a counter-row with its reason, once', async () => {
    const [entry] = await ledger();
    const correct = (client: ConsoleClient) =>
      client.post(`/api/appraisal/points/${entry?.id}/correct`, { reason: '并非本单元应答' });
    expect((await correct(await town.signIn('member'))).status).toBe(403);
    expect((await correct(outsider)).status).toBe(404);
    expect((await correct(desk)).status).toBe(204);
    expect((await correct(desk)).status).toBe(400);
    const { items } = await pointsOf(desk, east);
    expect(items).toMatchObject([
      { points: -1, corrects: entry?.id, reason: '并非本单元应答' },
      { points: 1, corrected: true },
    ]);
    const { units } = await report(desk, 'level=3');
    expect(units.find(({ unit }) => unit.path === east)?.points).toBe(0);
  });
});

describe('the figures', () => {
  it('say what they count, by the rule of the playbook', async () => {
    const { total, definitions, period, caseFree } = await report(desk, 'level=3');
    expect(period.id).toBe('2026-Q1');
    expect(total).toMatchObject({ received: 1, closed: 0, closingRate: 0, acknowledge: { p50: 10_000, p90: 10_000 } });
    expect(total).toMatchObject({ compounds: 2, zeroCompounds: 2 });
    expect(caseFree).toEqual({ units: 2, of: 2 });
    expect(definitions.closingRate.en).toContain('exercises: left out');
  });

  it('leave as a workbook', async () => {
    const answer = await fetch(`${town.cloud.url}/api/appraisal/export.xlsx?level=3&locale=en`, {
      headers: { cookie: desk.cookie },
    });
    expect(answer.headers.get('content-disposition')).toContain('angrid-appraisal-jinhua-2026-Q1.xlsx');
    const [units] = await readXlsxFile(Buffer.from(await answer.arrayBuffer()));
    expect(units?.data.map(([name]) => name)).toEqual(['Unit', '3 号楼', '3 号楼', 'Total 2026-Q1']);
  });

  it('are those of the units of one tree in which compounds of the playbook lie', async () => {
    await town.bench.system(async (trx) => {
      await sql`insert into trees (tree_id, name) values ('beats', '{"zh-CN":"警务","en":"Beats"}')`.execute(trx);
      await sql`
        insert into units (unit_id, tree_id, parent_id, path, level, kind, name, codes)
        values ('beats', 'beats', null, 'beats', 0, 'town', '所', '[]'), ('b1', 'beats', 'beats', 'beats/b1', 1, 'beat', '一区', '[]'),
          ('b2', 'beats', 'beats', 'beats/b2', 1, 'beat', '二区', '[]')`.execute(trx);
      await sql`
        insert into place_units (compound_id, place_id, tree_id, unit_id, valid)
        values ('east', 'gate', 'beats', 'b1', tstzrange('2026-01-01', null)), ('west', 'gate', 'beats', 'b2', tstzrange('2026-01-01', null))`.execute(
        trx,
      );
      await sql`update compounds set playbook = 'suxi' where compound_id = 'west'`.execute(trx);
    });
    const admin = await town.signIn('auditor');
    const of = async (query: string) => {
      const { tree, trees, units, total } = await report(admin, query);
      return {
        tree,
        trees: trees.map(({ id }) => id),
        total: total.compounds,
        units: units.map(({ unit, figures }) => [unit.path, figures.received]),
      };
    };
    expect(await of('level=1')).toEqual({
      tree: 'beats',
      trees: ['beats', 'suxi'],
      total: 1,
      units: [['beats/b1', 1]],
    });
    expect(await of('level=1&tree=suxi')).toMatchObject({ tree: 'suxi', units: [[village, 1]] });
    expect(await of('level=3&tree=suxi')).toMatchObject({ units: [[east, 1]] });
    expect(await of('playbook=suxi&level=1')).toEqual({
      tree: 'suxi',
      trees: ['suxi', 'beats'],
      total: 1,
      units: [[village, 0]],
    });
    expect((await admin.get('/api/appraisal?tree=luhe')).status).toBe(400);
    expect((await report(desk)).trees.map(({ id }) => id)).toEqual(['suxi']);
  });

  it('of past periods are offered where nothing of them has been deleted, and stars for the periods of the playbook', async () => {
    const { periods, keptSince, definitions } = await report(desk);
    expect(periods).toEqual(['2026-Q1', '2025-Q4', '2025-Q3', '2025-Q2']);
    expect(keptSince).toBe('2025-03-01T02:00:10.000Z');
    expect(definitions.periods.en).toBe(
      'Matters before 2025-03-01 have been deleted; only periods that began after it are offered.',
    );
    const starsIn = async (period: string) =>
      (await report(outsider, `playbook=suxi&level=3&period=${period}`)).units.map(({ stars }) => stars);
    expect(await starsIn('2026-Q1')).toEqual([1]);
    expect(await starsIn('2026')).toEqual([null]);
  });
});

describe('a round', () => {
  it('earns its unit and who signed it a point, and costs the unit one where nobody came', async () => {
    const west = `${village}/west-b3`;
    await town.bench.system(async (trx) => {
      await sql`update compounds set playbook = 'shuocheng' where compound_id = 'west'`.execute(trx);
      await sql`
        insert into patrol_lists (list_id, compound_id, unit_path, name, of, windows, items, author, created_at)
        select ${LIST}, 'west', ${west}, '夜巡', 'cameras', '{07:00-08:00,08:00-09:00}', '{cam}', account_id,
          '2026-02-28T20:00:00Z' from accounts where login = 'the-outsider'`.execute(trx);
      await sql`
        insert into patrol_rounds (round_id, list_id, compound_id, unit_path, window_from, window_to, seen, account_id, signed_at)
        select gen_random_uuid(), ${LIST}, 'west', ${west}, '2026-02-28T23:00:00Z', '2026-03-01T00:00:00Z', '[]', account_id,
          '2026-02-28T23:30:00Z' from accounts where login = 'the-outsider'`.execute(trx);
    });
    expect(await bookPoints(town.bench)).toBe(3);
    expect(await bookPoints(town.bench)).toBe(0);
    const { body } = await outsider.get<LedgerPage>(`/api/appraisal/points?unit=${west}&playbook=shuocheng`);
    expect(body.items.map(({ fact, points }) => [fact, points]).sort()).toEqual([
      ['round-missed', -1],
      ['round-signed', 1],
    ]);
    const { body: all } = await outsider.get<LedgerPage>('/api/appraisal/points?playbook=shuocheng');
    const own = all.items.find(({ holder }) => holder !== null);
    const correct = await outsider.post(`/api/appraisal/points/${own?.id}/correct`, { reason: '本人更正本人' });
    expect(correct).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
  });
});

describe('a course', () => {
  const record = (client: ConsoleClient, wish: object = {}, attendance: object = { 'joint-head': 15 }) => {
    const course = { playbook: 'hezuo', unit: village, title: '一季度第一次培训', heldOn: '2026-02-20' };
    return client.post('/api/appraisal/courses', { ...course, ...wish, attendance });
  };
  const trained = async () => (await report(desk, 'playbook=hezuo&level=1')).units[0];

  it('is on record with how many holders of the trained duties attended, and earns its unit a point', async () => {
    await town.bench.system((trx) =>
      sql`update compounds set playbook = 'hezuo' where compound_id = 'east'`.execute(trx),
    );
    expect((await record(desk)).status).toBe(200);
    expect((await record(desk, { title: '另一次' }, { 'grid-head': 12 })).status).toBe(400);
    expect((await record(outsider)).status).toBe(403);
    expect(await trained()).toMatchObject({ unit: { path: village }, courses: 1, attendances: 15, points: 1 });
    const { courses, trainees } = await report(desk, 'playbook=hezuo');
    expect(courses).toMatchObject([{ title: '一季度第一次培训', heldOn: '2026-02-20' }]);
    expect(trainees).toEqual(['joint-head']);
  });

  it('earns nothing twice, and no more often than the playbook asks for', async () => {
    expect(await record(desk)).toMatchObject({ status: 409, body: { code: 'subject.conflict' } });
    for (const title of ['第二次', '第三次']) expect((await record(desk, { title })).status).toBe(200);
    expect(await trained()).toMatchObject({ courses: 3, points: 2 });
  });
});
