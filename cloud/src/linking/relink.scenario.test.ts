import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../testing/console-client.js';
import { VILLAGE } from '../../testing/gateway-site.js';
import { Town } from '../../testing/town.js';
import type { IncidentDetail } from '../console/incident-detail.js';
import { currentSite } from '../sites/site-config.js';
import { pathHolders } from './path-holders.js';
import { relink, relinkAll } from './relink.js';

const OTHER = '330782105201';
const before = `suxi/${VILLAGE}/east-b3`;
const after = `suxi/${OTHER}/east-b3`;

let town: Town;
let administrator: ConsoleClient;
let manager: ConsoleClient;
let officer: ConsoleClient;
let officerId: string;

beforeAll(async () => {
  town = await Town.open();
  administrator = await town.signIn('administrator');
  manager = await town.signIn('manager');
  officer = await town.signIn('officer');
  const [account] = await town.bench.rows(
    sql<{ id: string }>`select account_id as id from accounts where login = 'the-officer'`,
  );
  officerId = account?.id ?? '';
}, 180_000);
afterAll(() => town.close());

/** A matter at the door of the east that asks its confirmers first, then is confirmed. */
async function confirmed(): Promise<IncidentDetail> {
  const { bench, east } = town;
  bench.clock.jumpWall(1_200_000);
  await east.send('alarm', east.items.alert({ kind: 'door.forced', device: 'door', at: bench.now, severity: 1 }));
  const [row] = await bench.rows(
    sql<{ id: string }>`select incident_id as id from incidents order by opened_at desc limit 1`,
  );
  const { body } = await manager.get<IncidentDetail>(`/api/incidents/${row?.id}`);
  return (await act(manager, body, 'confirm')).body;
}

const act = (client: ConsoleClient, { id, version }: IncidentDetail, action: string) =>
  client.post<IncidentDetail>(`/api/incidents/${id}/actions`, { action, version });

/** Where the rows of a table stand. */
const standing = async (table: string) => {
  const rows = await town.bench.rows(
    sql<{ path: string }>`select unit_path as path from ${sql.table(table)} where unit_path is not null order by 1`,
  );
  return rows.map(({ path }) => path);
};

async function furnish(): Promise<void> {
  const { now } = town.bench;
  const later = new Date(now.getTime() + 90 * 86_400_000);
  await town.bench.system(async (trx) => {
    await sql`
      insert into roster_shifts (shift_id, unit_path, duty, account_id, days, hours, from_date)
      values (gen_random_uuid(), ${before}, 'responsible-officer', ${officerId},
        '{mon,tue,wed,thu,fri,sat,sun,holiday}', '00:00-00:00', '2026-01-01')`.execute(trx);
    await sql`
      insert into roster_changes (change_id, kind, account_id, unit_path, duty, reason, author, starts_at, ends_at)
      values (gen_random_uuid(), 'extra', ${officerId}, ${before}, 'mediator', '节日值守', ${officerId}, ${later}::timestamptz
        - interval '1 day', ${later})`.execute(trx);
    await sql`
      insert into silences (silence_id, compound_id, kind, unit_path, event_kind, reason, author, created_at, starts_at,
        ends_at)
      values (gen_random_uuid(), 'east', 'silence', ${before}, 'tamper.reader', '维修中', ${officerId}, ${now}, ${now},
        ${later})`.execute(trx);
    await sql`
      insert into channel_targets (target_id, channel, name, locale, unit_path, shown, sealed, created_at)
      values (gen_random_uuid(), 'email', '三号楼信箱', 'zh-CN', ${before}, 'x', '\\x00', ${now})`.execute(trx);
    await sql`
      insert into patrol_lists (list_id, compound_id, unit_path, name, of, windows, items, author, created_at)
      values (gen_random_uuid(), 'east', ${before}, '夜巡', 'cameras', '{22:00-23:00}', '{cam}', ${officerId}, ${now})`.execute(
      trx,
    );
    await sql`
      insert into care_consents (consent_id, compound_id, unit_path, place_id, reference, recorded_by, recorded_at,
        expires_at, met_at)
      values (gen_random_uuid(), 'east', ${before}, 'gate', '2026-1', ${officerId}, ${now}, ${later}, ${now})`.execute(
      trx,
    );
  });
}

const holders = ['roster_shifts', 'roster_changes', 'silences', 'channel_targets', 'patrol_lists', 'care_consents'];

describe('a unit that moves while a matter is open', () => {
  let matter: IncidentDetail;

  beforeAll(async () => {
    await furnish();
    matter = await confirmed();
    await town.bench.rows(sql`
      update legs set to_unit = ${`suxi/${VILLAGE}`} where incident_id = ${matter.id} and role = 'four-platforms'`);
    await town.bench.rows(sql`delete from feed`);
    const { status } = await administrator.post('/api/units/east-b3/move', { parent: OTHER });
    expect(status).toBe(200);
  });

  it('takes along whom its legs and ladders mean, also the unit above', async () => {
    const legs = await town.bench.rows(sql`
      select role, unit_path as path, to_unit as to from legs where incident_id = ${matter.id} order by role`);
    expect(legs).toEqual([
      { role: 'confirmer', path: after, to: after },
      { role: 'four-platforms', path: after, to: `suxi/${OTHER}` },
      { role: 'handling-officer', path: after, to: after },
      { role: 'property-manager', path: after, to: after },
      { role: 'responsible-officer', path: after, to: after },
    ]);
    const rungs = await town.bench.rows(sql<{ unit: string }>`
      select distinct unit #>> '{}' as unit from legs, jsonb_path_query(ladder, '$.rungs[*].to[*].unit') unit
      where incident_id = ${matter.id} order by 1`);
    const units = rungs.map(({ unit }) => unit);
    expect(units).toContain(after);
    expect(units.join()).not.toContain(VILLAGE);
  });

  it('leaves the leg to its officer, who acknowledges it', async () => {
    const { body } = await officer.get<IncidentDetail>(`/api/incidents/${matter.id}`);
    const acknowledged = await act(officer, body, 'acknowledge');
    expect(acknowledged.status).toBe(200);
    expect(acknowledged.body.legs.find(({ role }) => role === 'responsible-officer')?.state).toBe('acknowledged');
  });

  it.each(holders)('is followed by its %s', async (table) => {
    expect(await standing(table)).toEqual([after]);
  });

  it('keeps its roster: the next matter is for the officer on duty', async () => {
    const next = await confirmed();
    const [leg] = await town.bench.rows(sql`
      select accounts, to_unit as to from legs where incident_id = ${next.id} and role = 'responsible-officer'`);
    expect(leg).toEqual({ accounts: [officerId], to: after });
  });

  it('is told to the consoles of the unit that it left', async () => {
    const told = await town.bench.rows(sql<{ path: string }>`
      select distinct unit_path as path from feed where subject = ${matter.id} order by 1`);
    expect(told.map(({ path }) => path)).toEqual(expect.arrayContaining([before, after]));
  });
});

describe('a unit that is divided', () => {
  const parts = [
    { id: 'south', name: '南', places: [{ compound: 'east', place: 'gate' }] },
    { id: 'north', name: '北' },
  ];
  const [south, north] = [`suxi/${OTHER}/south`, `suxi/${OTHER}/north`];

  it('is not while a channel tells it, which is in one place only', async () => {
    const refused = await administrator.post('/api/units/east-b3/split', { parts });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'units.refused', detail: expect.stringContaining('三号楼信箱') },
    });
    await town.bench.rows(sql`update channel_targets set unit_path = ${`suxi/${OTHER}`}`);
  });

  it('gives rosters and silences to each part, lists to the unit above, and legs to the part with the place', async () => {
    await town.bench.clock.advance(1000);
    expect((await administrator.post('/api/units/east-b3/split', { parts })).status).toBe(200);
    for (const table of ['roster_shifts', 'roster_changes', 'silences'])
      expect([table, await standing(table)]).toEqual([table, [north, south]]);
    expect(await standing('patrol_lists')).toEqual([`suxi/${OTHER}`]);
    const meant = await town.bench.rows(sql<{ path: string }>`
      select distinct to_unit as path from legs l join incidents i using (incident_id)
      where i.state <> 'closed' and role <> 'four-platforms'`);
    expect(meant).toEqual([{ path: south }]);
    const [account] = await town.bench.rows(sql`select unit_paths as paths from accounts where login = 'the-officer'`);
    expect(account).toEqual({ paths: [north, south] });
  });

  it('in another tree, too, leaves its legs to the part with the place', async () => {
    const root = { name: '义乌分局', kind: 'station' };
    const tree = { id: 'police', name: { 'zh-CN': '警务', en: 'Police' }, purpose: 'police', scheme: 'own', root };
    await administrator.post('/api/trees', tree);
    await administrator.post('/api/units', { id: 'beat', parent: 'police-root', kind: 'beat', name: '一警区' });
    await administrator.call('PUT', '/api/places/east/gate', { unit: 'beat' });
    await town.bench.rows(sql`update legs set to_unit = 'police/beat' where role = 'responsible-officer'`);
    await town.bench.clock.advance(1000);
    const beats = [
      { id: 'beat-1', name: '东' },
      { id: 'beat-2', name: '西', places: [{ compound: 'east', place: 'gate' }] },
    ];
    expect((await administrator.post('/api/units/beat/split', { parts: beats })).status).toBe(200);
    const meant = await town.bench.rows(
      sql`select distinct to_unit as path from legs where role = 'responsible-officer'`,
    );
    expect(meant).toEqual([{ path: 'police/beat-2' }]);
  });
});

describe('what is linked after the alert', () => {
  it('brings along the open incident of a device without a place', async () => {
    const { bench, west } = town;
    const installer = await town.signIn('administrator');
    await west.send(
      'alarm',
      west.items.provision(bench.now, { op: 'device.upsert', device: 'p9', kind: 'panel', name: '九' }),
    );
    await west.send('alarm', west.items.alert({ kind: 'door.forced', device: 'p9', at: bench.now }));
    const paths = () =>
      bench.rows(sql`
        select i.unit_path as incident, a.unit_path as alert, l.to_unit as leg
        from incidents i join alerts a using (incident_id) join legs l using (incident_id) where a.device_id = 'p9'`);
    expect(await paths()).toEqual([{ incident: null, alert: null, leg: null }]);
    const found = { gridCode: '330782105208' };
    expect((await installer.call('PUT', '/api/devices/west/p9/position', found)).status).toBe(200);
    const path = 'suxi/330782105208';
    expect(await paths()).toEqual([{ incident: path, alert: path, leg: path }]);
  });

  it('is linked once where two processes look at the same time', async () => {
    const { bench } = town;
    const box = sql`'[[[119,28],[119.1,28],[119.1,28.1],[119,28.1],[119,28]]]'::jsonb`;
    await bench.rows(sql`update units set outline = ${box}, outline_source = 'wgs84' where unit_id = '330782105207'`);
    await bench.rows(sql`
      insert into places (compound_id, place_id, name, kind, lon, lat) values ('west', 'lift', '电梯', 'lift', 119.05, 28.05)`);
    const isWaiting = sql<{ yes: boolean }>`
      select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as yes`;
    let second: Promise<number> | undefined;
    await bench.system(async (trx) => {
      await relink(trx, bench.now);
      second = relinkAll(bench.db, bench.now);
      while ((await isWaiting.execute(trx)).rows[0]?.yes !== true) await setImmediate();
    });
    await second;
    const held = await bench.rows(sql`select unit_id as unit from place_units where place_id = 'lift'`);
    expect(held).toEqual([{ unit: '330782105207' }]);
    const site = await bench.system((trx) => currentSite(trx, 'west'));
    expect(site?.places.find(({ id }) => id === 'lift')?.unit).toBe('suxi/330782105207');
  });
});

describe('every column that holds a path of a unit', () => {
  /** What was somewhere at its time stays there, and is not written anew. */
  const history = [
    'day_summaries',
    'events',
    'feed',
    'patrol_rounds',
    'points_ledger',
    'telemetry',
    'training_courses',
    'visits',
  ];
  /** Taken along with the incident or the place, as tested above. */
  const open = ['alerts', 'care_consents', 'care_tasks', 'incidents', 'legs', 'reports'];

  it('follows the unit, or is history', async () => {
    const columns = await town.bench.rows(sql<{ at: string }>`
      select c.relname || '.' || a.attname as at
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and not a.attisdropped
        and a.attname in ('unit_path', 'unit_paths', 'shared_paths', 'to_unit') order by 1`);
    const known = [
      ...[...history, ...open].map((table) => `${table}.unit_path`),
      'legs.to_unit',
      ...pathHolders.map(({ table, column }) => `${table}.${column}`),
    ];
    expect(columns.map(({ at }) => at)).toEqual(known.sort());
  });
});
