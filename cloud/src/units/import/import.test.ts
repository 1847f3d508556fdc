import { describe, expect, it } from '@jest/globals';
import writeXlsxFile from 'write-excel-file/node';
import { asCsv, asGeoJson, generatedVillages, squareAt, treeUnit } from '../../../testing/villages.js';
import { schemeOf } from '../codes.js';
import type { Tree, TreeUnit } from '../tree.js';
import { type ImportContext, type ImportPlan, planImport } from './plan-import.js';
import { type ImportFile, readImport } from './read-file.js';

const scheme = schemeOf('statistical-12');
const root = treeUnit('330700', null, { kind: 'prefecture', codes: [{ scheme: scheme.id, value: '330700' }] });
const tree = (...units: readonly TreeUnit[]): Tree => ({
  id: 'tree',
  scheme: scheme.id,
  wholeLevel: null,
  units: [root, ...units],
});
const context: ImportContext = { scheme, complete: false, taken: new Set(), held: new Map(), norm: () => undefined };
const csv = (text: string): ImportFile => ({ format: 'csv', bytes: Buffer.from(text), crs: 'wgs84' });
const read = (file: ImportFile) => readImport(file, scheme);

async function plan(text: string, before: Tree, options: Partial<ImportContext> = {}): Promise<ImportPlan> {
  return planImport(before, await read(csv(text)), { ...context, ...options });
}
const said = (notes: ImportPlan['errors']) => notes.map(({ row, what }) => `${row} ${what}`);

const town = treeUnit('330782105', root, {
  name: '苏溪镇',
  kind: 'town',
  codes: [{ scheme: scheme.id, value: '330782105' }],
});
const village = treeUnit('330782105002', town, {
  name: '胡宅',
  kind: 'community',
  codes: [{ scheme: scheme.id, value: '330782105002' }],
});

describe('a table', () => {
  it('is read in UTF-8 and in GBK, with headings in Chinese or English', async () => {
    const gbk = Buffer.from([0xc3, 0xfb, 0xb3, 0xc6, 0x2c, 0xb4, 0xfa, 0xc2, 0xeb, 0x0a, 0xba, 0xfa, 0xd5, 0xac, 0x2c]);
    const fromGbk = await read({ ...csv(''), bytes: Buffer.concat([gbk, Buffer.from('330782105002\n')]) });
    const fromUtf8 = await read(csv('\uFEFFname,code\n胡宅,330782105002\n'));
    expect(fromGbk.drafts).toEqual([{ row: 2, name: '胡宅', code: '330782105002' }]);
    expect(fromUtf8).toEqual(fromGbk);
  });

  it('names each row at fault, with the cure for what a spreadsheet has damaged', async () => {
    const { drafts, errors } = await read(
      csv('名称,代码,人口\n甲,3.30782E+11,\n乙,330782105002,many\n,330782105003,\n丁,330782105004,12\n'),
    );
    expect(drafts.map(({ row }) => row)).toEqual([5]);
    expect(said(errors)).toEqual(['2 code.scientific', '3 population', '4 name']);
  });

  it.each([
    ['no name among its headings', csv('代码\n330782105002\n')],
    ['bytes of no encoding', { ...csv(''), bytes: Buffer.from([0xff, 0xff, 0xff]) }],
    ['a workbook that is none', { ...csv('PK'), format: 'xlsx' as const }],
    ['JSON that is none', { ...csv('{'), format: 'geojson' as const }],
    ['JSON that is no collection', { ...csv('{"type":"Point"}'), format: 'geojson' as const }],
  ])('with %s is refused', async (_what, file) => {
    await expect(read(file)).rejects.toMatchObject({ code: 'import.unreadable' });
  });

  it('with more rows than any city has is refused', async () => {
    const lines = Array.from({ length: 20_001 }, (_, at) => `u${at}`);
    await expect(read(csv(`name\n${lines.join('\n')}`))).rejects.toMatchObject({ code: 'input.too-large' });
  });
});

describe('a workbook', () => {
  it('is read row by row; a long number that it holds as a number is refused with the cure', async () => {
    const code = '11010133070210120001';
    const cells = (...values: readonly (string | number)[]) => values.map((value) => ({ value }));
    const sheet = [cells('名称', '网格代码', '人口'), cells('一网格', code, 420), cells('二网格', Number(code), 380)];
    const bytes = await writeXlsxFile(sheet).toBuffer();
    const { drafts, errors } = await readImport({ format: 'xlsx', bytes, crs: 'wgs84' }, schemeOf('cjt349-20'));
    expect(drafts).toEqual([{ row: 2, name: '一网格', code, population: 420 }]);
    expect(errors).toMatchObject([{ row: 3, what: 'code.rounded', values: { field: 'code' } }]);
  });
});

describe('the difference', () => {
  it('of what is already there is nothing', async () => {
    const same = await plan('代码,名称,类型\n330782105002,胡宅,community\n', tree(town, village));
    expect(same).toMatchObject({ added: [], changed: [], moved: [], gone: [], errors: [], unchanged: 3 });
    expect(same.change.put).toEqual([]);
  });

  it('finds the unit above by the code where the row does not name it', async () => {
    const { added, errors } = await plan('代码,名称\n330782105003,十和里\n330782105000,新镇\n', tree(town));
    expect(errors).toEqual([]);
    expect(added.map(({ path, level }) => [path, level])).toEqual([['tree/330782105/330782105003', 2]]);
  });

  it('says what is renamed, what is moved with all that is below it, and what is gone', async () => {
    const other = treeUnit('330782106', root, { codes: [{ scheme: scheme.id, value: '330782106' }] });
    const building = treeUnit('b3', village);
    const found = await plan(
      '编号,名称,上级\n330782105,苏溪,\n330782105002,胡宅,330782106\n330782106,330782106,\nb3,b3,330782105002\n',
      tree(town, village, building, other, treeUnit('old', town)),
      { complete: true },
    );
    expect(found.changed.map(({ after, fields }) => [after.name, fields])).toEqual([['苏溪', ['name']]]);
    expect(found.moved.map(({ after }) => after.path)).toEqual(['tree/330782106/330782105002']);
    expect(found.gone.map(({ id }) => id)).toEqual(['old']);
    expect(found.change.paths).toContainEqual({
      from: 'tree/330782105/330782105002/b3',
      to: ['tree/330782106/330782105002/b3'],
    });
  });

  it('leaves out a unit that was merged into another one, and puts those below it where it has gone', async () => {
    const gone = { scheme: scheme.id, value: '330782105003', formerSince: '2026-03-01T02:00:00.000Z' };
    const merged = { ...village, codes: [...village.codes, gone] };
    const rows = '代码,名称,上级\n330782105003,十和里,\n330782105002,胡宅,\n,一网格,330782105003\n';
    const found = await plan(rows.replace(',一网格', '330782105103,一网格'), tree(town, merged), { complete: false });
    expect(found.warnings).toEqual([{ row: 2, what: 'merged', values: { name: '十和里', into: '胡宅' } }]);
    expect([found.errors, found.changed]).toEqual([[], []]);
    expect(found.added.map(({ path }) => path)).toEqual(['tree/330782105/330782105002/330782105103']);
  });

  it('does not let go of a unit that is still responsible for a place', async () => {
    const options = { complete: true, held: new Map([[village.id, 2]]) };
    const { errors } = await plan('代码,名称\n330782105,苏溪镇\n', tree(town, village), options);
    expect(errors).toEqual([{ row: 0, what: 'gone-held', values: { name: '胡宅', n: 2 } }]);
  });

  it.each([
    ['a parent that is nowhere', '编号,名称,上级\nx,甲,nowhere\n', '2 parent-unknown'],
    ['a circle', '编号,名称,上级\nx,甲,y\ny,乙,x\n', '2 cycle'],
    ['the same unit twice', '编号,名称\nx,甲\nx,乙\n', '3 twice'],
    ['neither id nor code', '名称\n甲\n', '2 no-identity'],
    ['an id of another tree', '编号,名称\ntaken,甲\n', '2 id-taken'],
    ['a level not below its parent', '编号,名称,级别\nx,甲,0\n', '2 level-order'],
  ])('names the row with %s', async (_what, text, fault) => {
    const { errors } = await plan(text, tree(), { taken: new Set(['taken']) });
    expect(said(errors)).toContain(fault);
  });

  it('warns where more people live than the norm of the playbook allows, and imports all the same', async () => {
    const norm = (_level: number, kind: string) => (kind === 'village' ? 10_000 : undefined);
    const text = '代码,名称,类型,人口\n330782105003,甲,village,10001\n330782105004,乙,village,10000\n';
    const { warnings, errors, added } = await plan(text, tree(town), { norm });
    expect(warnings).toEqual([{ row: 2, what: 'norm', values: { name: '甲', population: 10_001, most: 10_000 } }]);
    expect([errors.length, added.length]).toEqual([0, 2]);
  });
});

describe('outlines', () => {
  const feature = (code: string, corner: readonly [number, number]) => ({
    type: 'Feature',
    properties: { code, name: `村${code.slice(-3)}` },
    geometry: { type: 'Polygon', coordinates: [squareAt(corner)] },
  });
  const planOf = async (features: object[], before: Tree) => {
    const bytes = Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }));
    return planImport(before, await read({ format: 'geojson', bytes, crs: 'wgs84' }), context);
  };

  it('of two villages that overlap are refused, and both are named', async () => {
    const { errors } = await planOf(
      [feature('330782105003', [120, 29]), feature('330782105004', [120.01, 29])],
      tree(town),
    );
    expect(errors).toMatchObject([{ row: 2, what: 'overlap', values: { a: '村003', b: '村004' } }]);
  });

  it('that reach out of the town are refused, and both are named', async () => {
    const bounded = { ...town, outline: [squareAt([120, 29])] };
    const { errors } = await planOf([feature('330782105003', [120.01, 29])], tree(bounded));
    expect(errors).toMatchObject([{ what: 'outside-parent', values: { a: '村003', b: '苏溪镇' } }]);
  });

  it('go with a unit that a table moves: under a town that they lie outside of it is refused', async () => {
    const elsewhere = treeUnit('330782106', root, { name: '大陈镇', outline: [squareAt([121, 29])] });
    const drawn = { ...village, outline: [squareAt([120, 29])] };
    const move = '代码,名称,上级\n330782105002,胡宅,330782106\n';
    const { errors } = await plan(move, tree(town, drawn, elsewhere));
    expect(errors).toMatchObject([{ row: 2, what: 'outside-parent', values: { a: '胡宅', b: '大陈镇' } }]);
  });

  it('that were at fault before do not stop a table that renames', async () => {
    const overlapping = ['330782105002', '330782105003'].map((id) =>
      treeUnit(id, town, { outline: [squareAt([120, 29])] }),
    );
    const { errors, changed } = await plan('编号,名称\n330782105003,新名\n', tree(town, ...overlapping));
    expect([errors, changed.length]).toEqual([[], 1]);
  });

  it('in two pieces are refused', async () => {
    const geometry = { type: 'MultiPolygon', coordinates: [[squareAt([120, 29])], [squareAt([121, 29])]] };
    const { errors } = await planOf([{ ...feature('330782105003', [120, 29]), geometry }], tree(town));
    expect(said(errors)).toEqual(['1 outline.not-one-piece']);
  });
});

describe('3,300 villages', () => {
  const rows = generatedVillages();

  it('are read, compared and found whole within seconds, outlines and all', async () => {
    const bytes = Buffer.from(asGeoJson(rows));
    const started = process.cpuUsage();
    const found = planImport(tree(), await read({ format: 'geojson', bytes, crs: 'wgs84' }), context);
    const { user, system } = process.cpuUsage(started);
    expect(found.errors).toEqual([]);
    expect([found.added.length, found.added.at(-1)?.path.split('/').length]).toEqual([3459, 4]);
    expect((user + system) / 1e6).toBeLessThan(15);
  });

  it('come as a table too, and the second time nothing has changed', async () => {
    const first = await plan(asCsv(rows), tree());
    const again = await plan(asCsv(rows), { ...tree(), units: [root, ...first.added] });
    expect([first.added.length, again.added.length, again.changed.length, again.unchanged]).toEqual([3459, 0, 0, 3460]);
  });
});
