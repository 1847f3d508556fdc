import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ProvisionData, siteConfigSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { CloudBench, VILLAGE } from '../../testing/gateway-site.js';
import { listTrees } from '../console/units.js';
import { type Scope, withScope } from '../platform/database/index.js';
import { currentSite } from '../sites/site-config.js';
import { moveTo } from './change-tree.js';
import { createCompound, updateCompound } from './compounds.js';
import { createPlace, placeInUnit } from './places.js';
import { seedTrees } from './seed-trees.js';
import { loadTree } from './tree-store.js';
import { createUnit } from './units.js';

let bench: CloudBench;

beforeAll(async () => {
  bench = await CloudBench.open();
});

afterAll(() => bench.close());

const add = (unit: Parameters<typeof createUnit>[1]) =>
  bench.system((trx) => createUnit(trx, unit, { now: bench.now, actor: 'test' }));
const building = (id: string) => add({ id, parent: VILLAGE, kind: 'building', name: id, level: 3 });
const compound = (id: string) => bench.system((trx) => createCompound(trx, { id, name: id }, bench.now));

describe('the tree of Suxi', () => {
  it('has the town and its 48 villages and communities, with their codes', async () => {
    const units = await bench.rows(sql<{ level: number; path: string; codes: unknown }>`
      select level, path, codes from units where tree_id = 'suxi' and level < 2 order by level, path`);
    expect(units).toHaveLength(49);
    expect(units[0]).toEqual({ level: 0, path: 'suxi', codes: [{ scheme: 'statistical-12', value: '330782105' }] });
    expect(units[1]).toMatchObject({ level: 1, path: 'suxi/330782105002' });
  });

  it('is seeded once: what people have made of it stays, and a changed file comes in by an import', async () => {
    await building('seeded-b1');
    await bench.system((trx) => sql`update units set name = '胡宅新村' where unit_id = ${VILLAGE}`.execute(trx));
    const folder = await mkdtemp(path.join(tmpdir(), 'angrid-trees-'));
    const village = { id: VILLAGE, parent: '330782105', name: '文件里的名字', kind: 'village', level: 1 };
    const root = { id: '330782105', name: '镇', kind: 'town', level: 0 };
    const tree = { id: 'suxi', name: { 'zh-CN': '新', en: 'New' }, scheme: 's', root, units: [village] };
    await writeFile(path.join(folder, 'suxi.json'), JSON.stringify(tree));
    await seedTrees(bench.db, folder);
    await rm(folder, { recursive: true });
    const kept = await bench.rows(sql`
      select u.name, u.path, t.scheme from units u join trees t using (tree_id)
      where unit_id in (${VILLAGE}, 'seeded-b1') order by path`);
    expect(kept).toEqual([
      { name: '胡宅新村', path: `suxi/${VILLAGE}`, scheme: 'statistical-12' },
      { name: 'seeded-b1', path: `suxi/${VILLAGE}/seeded-b1`, scheme: 'statistical-12' },
    ]);
  });

  it('takes a building below a village once, and none below what is not there', async () => {
    expect(await building('b7')).toMatchObject({ path: `suxi/${VILLAGE}/b7`, tree: 'suxi', level: 3 });
    await expect(building('b7')).rejects.toMatchObject({ code: 'subject.conflict' });
    await expect(add({ parent: 'nowhere', kind: 'building', name: 'x' })).rejects.toMatchObject({
      code: 'subject.not-found',
    });
  });

  it('counts a new unit as a change: an import that was looked at before it is stale', async () => {
    const version = async () => (await bench.system((trx) => loadTree(trx, 'suxi'))).version;
    const before = await version();
    await building('counted');
    expect(await version()).toBe(before + 1);
    const [first] = await bench.rows(sql`
      select change, actor, lower(valid) as from from unit_versions where unit_id = 'counted'`);
    expect(first).toEqual({ change: 'create', actor: 'test', from: bench.now });
  });
});

describe('a compound', () => {
  it('begins with rules, a notice, days to keep each class, and the first site configuration', async () => {
    await compound('new');
    const site = await bench.system((trx) => currentSite(trx, 'new'));
    expect(siteConfigSchema.parse(site)).toMatchObject({ version: 1, site: { id: 'new', timezone: 'Asia/Shanghai' } });
    const days = await bench.rows(sql<{ class: string; days: number }>`
      select retention_class as class, days from retention_days where compound_id = 'new'`);
    expect(Object.fromEntries(days.map((row) => [row.class, row.days]))).toEqual({
      passage: 180,
      alarm: 365,
      evidence: 30,
      health: 190,
      configuration: 1095,
    });
  });

  it('is made once', async () => {
    await compound('twice');
    await expect(compound('twice')).rejects.toMatchObject({ code: 'subject.conflict' });
  });

  it('that is changed keeps what was not named, and sends its gateways the next version', async () => {
    await compound('changed');
    await bench.system((trx) => updateCompound(trx, 'changed', { night: '23:00-05:00' }, bench.now));
    expect(await bench.system((trx) => currentSite(trx, 'changed'))).toMatchObject({
      version: 2,
      site: { name: 'changed', night: '23:00-05:00' },
      rules: { heldOpenSeconds: { day: 60 } },
    });
  });

  it.each([{ timezone: 'Mars/Base' }, { night: '25:00-06:00' }, { id: '../up' }])('is not made of %j', async (fact) => {
    const made = bench.system((trx) => createCompound(trx, { name: 'x', ...fact }, bench.now));
    await expect(made).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('is not changed by who does not see it', async () => {
    await compound('hidden');
    const scope = { compounds: ['new'], units: 'all', actor: 'installer' } as const;
    const change = withScope(bench.db.service, scope, (trx) => updateCompound(trx, 'hidden', { name: 'x' }, bench.now));
    await expect(change).rejects.toMatchObject({ code: 'subject.not-found' });
  });
});

describe('a place', () => {
  it('has one responsible unit at a time, and remembers the one before', async () => {
    await compound('placed');
    await building('p1');
    await building('p2');
    const place = { compound: 'placed', place: 'gate' };
    await bench.system((trx) =>
      createPlace(trx, { compound: 'placed', id: 'gate', name: '东门', kind: 'gate', unit: 'p1' }, bench.now),
    );
    await bench.clock.advance(1000);
    await bench.system((trx) => placeInUnit(trx, { ...place, unit: 'p2' }, bench.now));
    const units = () =>
      bench.rows(sql`
        select unit_id, upper_inf(valid) as now from place_units where compound_id = 'placed' order by lower(valid)`);
    expect(await units()).toEqual([
      { unit_id: 'p1', now: false },
      { unit_id: 'p2', now: true },
    ]);
    expect((await bench.system((trx) => currentSite(trx, 'placed')))?.places).toEqual([
      { id: 'gate', name: '东门', kind: 'gate', unit: `suxi/${VILLAGE}/p2` },
    ]);

    const behind = new Date(bench.now.getTime() - 500);
    await bench.system((trx) => placeInUnit(trx, { ...place, unit: 'p1' }, behind));
    expect(await units()).toEqual([
      { unit_id: 'p1', now: false },
      { unit_id: 'p1', now: true },
    ]);
  });

  it('has no second one in a tree, whatever writes it', async () => {
    await compound('once');
    await building('o1');
    await building('o2');
    const gate = { compound: 'once', id: 'gate', name: '东门', kind: 'gate', unit: 'o1' };
    await bench.system((trx) => createPlace(trx, gate, bench.now));
    const second = bench.rows(sql`
      insert into place_units (compound_id, place_id, tree_id, unit_id, valid)
      values ('once', 'gate', 'suxi', 'o2', tstzrange(${bench.now}::timestamptz - interval '1 day', null))`);
    await expect(second).rejects.toMatchObject({ code: '23P01' });
  });

  it('stays in one village with the others of its compound, where the tree says so', async () => {
    const [east, west] = [VILLAGE, '330782105201'];
    await compound('whole');
    const place = (id: string, unit: string) =>
      bench.system((trx) => createPlace(trx, { compound: 'whole', id, name: id, kind: 'gate', unit }, bench.now));
    const give = (more: object) =>
      bench.system((trx) => placeInUnit(trx, { compound: 'whole', place: 'gate', unit: west, ...more }, bench.now));
    await place('gate', east);
    await place('back', east);
    await bench.rows(sql`update trees set whole_level = 1 where tree_id = 'suxi'`);
    const names = await bench.rows(sql<{ name: string }>`
      select name from units where unit_id in (${east}, ${west}) order by path`);
    const both = names.map(({ name }) => name).join(', ');
    const refused = { code: 'units.refused', detail: `${both}: whole would lie across them` };
    await expect(give({})).rejects.toMatchObject(refused);
    await give({ together: true });
    const held = await bench.rows(sql`
      select place_id, unit_id from place_units where compound_id = 'whole' and upper_inf(valid) order by 1`);
    expect(held).toEqual([
      { place_id: 'back', unit_id: west },
      { place_id: 'gate', unit_id: west },
    ]);
    await add({ id: 'whole-b1', parent: west, kind: 'building', name: 'b1' });
    await bench.system((trx) => placeInUnit(trx, { compound: 'whole', place: 'gate', unit: 'whole-b1' }, bench.now));
    const move = bench.system((trx) => moveTo(trx, 'whole-b1', east, { now: bench.now, actor: 'test' }));
    await expect(move).rejects.toMatchObject(refused);
    await bench.rows(sql`update trees set whole_level = null where tree_id = 'suxi'`);
  });
});

describe('what stands at a unit', () => {
  const seenBy = async (scope: Pick<Scope, 'compounds' | 'units'>) => {
    const wish = { everything: false, levelsOf: () => [] };
    const trees = await withScope(bench.db.service, { ...scope, actor: 'test' }, (trx) => listTrees(trx, wish));
    const units = trees.flatMap((tree) => tree.units);
    return Object.fromEntries(units.map(({ id, counts }) => [id, [counts.devices, counts.offline]]));
  };

  it('is counted from where each device is now, there and above, and told to nobody who does not see it', async () => {
    const site = await bench.openSite();
    const { compound: id, items } = site;
    const [near, far] = [`${id}-b3`, `${id}-b4`];
    const provision = (data: ProvisionData) => site.send('alarm', items.provision(bench.now, data));
    const seen = () => seenBy({ compounds: [id], units: 'all' });
    await site.furnish();
    await building(far);
    await bench.system((trx) =>
      createPlace(trx, { compound: id, id: 'lobby', name: '大堂', kind: 'lobby', unit: far }, bench.now),
    );
    await provision({ op: 'link.place', device: 'cam', place: 'gate' });
    expect(await seen()).toEqual({ '330782105': [2, 0], [VILLAGE]: [2, 0], [near]: [2, 0], [far]: [0, 0] });

    await bench.clock.advance(1000);
    await provision({ op: 'link.place', device: 'cam', place: 'lobby' });
    await bench.rows(sql`update devices set state = 'offline' where compound_id = ${id} and device_id = 'cam'`);
    expect(await seen()).toMatchObject({ [VILLAGE]: [2, 1], [near]: [1, 0], [far]: [1, 1] });
    expect(await seenBy({ compounds: [id], units: [`suxi/${VILLAGE}/${near}`] })).toEqual({
      '330782105': [1, 0],
      [VILLAGE]: [1, 0],
      [near]: [1, 0],
    });
    expect(await seenBy({ compounds: ['placed'], units: [`suxi/${VILLAGE}`] })).toMatchObject({
      [VILLAGE]: [0, 0],
      [near]: [0, 0],
      [far]: [0, 0],
    });

    await provision({ op: 'link.place', device: 'cam', place: 'gate' });
    expect(await seen()).toMatchObject({ [near]: [2, 1], [far]: [0, 0] });
    await bench.clock.advance(1000);
    await provision({ op: 'device.remove', device: 'cam' });
    expect(await seen()).toMatchObject({ [VILLAGE]: [1, 0], [near]: [1, 0] });
  });
});
