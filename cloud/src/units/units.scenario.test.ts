import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { siteConfigSchema } from '@angrid/contract';
import { sql } from 'kysely';
import { CloudBench, VILLAGE } from '../../testing/gateway-site.js';
import { withScope } from '../platform/database/index.js';
import { currentSite } from '../sites/site-config.js';
import { createCompound, updateCompound } from './compounds.js';
import { createPlace, placeInUnit } from './places.js';
import { seedTrees } from './seed-trees.js';
import { createUnit } from './units.js';

let bench: CloudBench;

beforeAll(async () => {
  bench = await CloudBench.open();
});

afterAll(() => bench.close());

const building = (id: string) =>
  bench.system((trx) => createUnit(trx, { id, parent: VILLAGE, kind: 'building', name: id, level: 3 }));
const compound = (id: string) => bench.system((trx) => createCompound(trx, { id, name: id }, bench.now));

describe('the tree of Suxi', () => {
  it('has the town and its 48 villages and communities, with their codes', async () => {
    const units = await bench.rows(sql<{ level: number; path: string; codes: unknown }>`
      select level, path, codes from units where tree_id = 'suxi' and level < 2 order by level, path`);
    expect(units).toHaveLength(49);
    expect(units[0]).toEqual({ level: 0, path: 'suxi', codes: [{ scheme: 'statistical-12', value: '330782105' }] });
    expect(units[1]).toMatchObject({ level: 1, path: 'suxi/330782105002' });
  });

  it('is seeded again without harm, and takes up a new name', async () => {
    await building('seeded-b1');
    const folder = await mkdtemp(path.join(tmpdir(), 'angrid-trees-'));
    const village = { id: VILLAGE, parent: '330782105', name: '新名', kind: 'village', level: 1 };
    const root = { id: '330782105', name: '苏溪镇', kind: 'town', level: 0 };
    const tree = { id: 'suxi', name: { 'zh-CN': '苏溪', en: 'Suxi' }, scheme: 's', root, units: [village] };
    await writeFile(path.join(folder, 'suxi.json'), JSON.stringify(tree));
    await seedTrees(bench.db, folder);
    await rm(folder, { recursive: true });
    const [renamed] = await bench.rows(sql`select name, path from units where unit_id = ${VILLAGE}`);
    expect(renamed).toEqual({ name: '新名', path: `suxi/${VILLAGE}` });
    const [kept] = await bench.rows(sql`select path from units where unit_id = 'seeded-b1'`);
    expect(kept).toEqual({ path: `suxi/${VILLAGE}/seeded-b1` });
  });

  it('takes a building below a village once, and none below what is not there', async () => {
    expect(await building('b7')).toMatchObject({ path: `suxi/${VILLAGE}/b7`, tree: 'suxi', level: 3 });
    await expect(building('b7')).rejects.toMatchObject({ code: 'subject.conflict' });
    const lost = bench.system((trx) => createUnit(trx, { parent: 'nowhere', kind: 'building', name: 'x' }));
    await expect(lost).rejects.toMatchObject({ code: 'subject.not-found' });
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
    const units = await bench.rows(sql`
      select unit_id, upper_inf(valid) as now from place_units where compound_id = 'placed' order by lower(valid)`);
    expect(units).toEqual([
      { unit_id: 'p1', now: false },
      { unit_id: 'p2', now: true },
    ]);
    expect((await bench.system((trx) => currentSite(trx, 'placed')))?.places).toEqual([
      { id: 'gate', name: '东门', kind: 'gate', unit: `suxi/${VILLAGE}/p2` },
    ]);
  });
});
