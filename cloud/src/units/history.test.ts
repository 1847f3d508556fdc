import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { squareAt, treeUnit } from '../../testing/villages.js';
import { mergeUnit, moveUnit, splitUnit } from './history.js';
import { checkCompounds } from './invariants.js';
import { type Tree, type TreeChange, type TreeUnit, unitsByName } from './tree.js';

const root = treeUnit('town', null);
const a = treeUnit('a', root, { population: 100, outline: [squareAt([120, 29])] });
const b = treeUnit('b', root, { population: 50, outline: [squareAt([120.02, 29])] });
const far = treeUnit('far', root, { outline: [squareAt([121, 29])] });
const a1 = treeUnit('a1', a);
const a2 = treeUnit('a2', a1);
const tree: Tree = { id: 'tree', scheme: 'own', wholeLevel: 1, units: [root, a, b, far, a1, a2] };

const paths = ({ put }: TreeChange) => put.map(({ unit }) => unit.path);
const gate = { compound: 'c1', place: 'gate' };
const garage = { compound: 'c1', place: 'garage' };

describe('a unit that is moved', () => {
  it('takes along all that is below it, and its open work follows', () => {
    const change = moveUnit(tree, 'a1', 'b');
    expect(paths(change)).toEqual(['tree/b/a1', 'tree/b/a1/a2']);
    expect(change.paths).toEqual([
      { from: 'tree/a/a1', to: ['tree/b/a1'] },
      { from: 'tree/a/a1/a2', to: ['tree/b/a1/a2'] },
    ]);
  });

  it.each([
    ['town', 'a', 'the root'],
    ['a', 'a2', 'below itself'],
  ])('%s under %s is refused: %s', (id, parent, why) => {
    expect(() => moveUnit(tree, id, parent)).toThrow(why);
  });

  it('under one whose outline does not hold it is refused, with both names', () => {
    expect(() => moveUnit(tree, 'a', 'b')).toThrow(
      expect.objectContaining({ code: 'units.refused', detail: expect.stringMatching(/^a, b: /) }),
    );
  });

  it('keeps ids, names and the depth below it, wherever it goes', () => {
    const free = { ...tree, units: tree.units.map((unit): TreeUnit => ({ ...unit, outline: null })) };
    const ids = fc.constantFrom('a', 'b', 'far', 'a1', 'a2', 'town');
    fc.assert(
      fc.property(ids, ids, (id, parent) => {
        let change: TreeChange;
        try {
          change = moveUnit(free, id, parent);
        } catch {
          return;
        }
        for (const { unit } of change.put) {
          const before = free.units.find((each) => each.id === unit.id);
          expect(unit).toMatchObject({ id: before?.id, name: before?.name });
          expect(unit.path.endsWith(`/${unit.id}`)).toBe(true);
          expect(unit.path.split('/')).toHaveLength(unit.level + 1);
        }
      }),
    );
  });
});

describe('a unit that is merged into its neighbour', () => {
  const now = new Date('2026-03-01T02:00:00Z');
  const change = mergeUnit(tree, { id: 'a', into: 'b' }, now);

  it('is no more; the neighbour has its people, its outline, its places and what was below it', () => {
    expect(change.ended).toEqual([{ id: 'a', change: 'merge', others: ['b'] }]);
    expect(change.put[0]).toMatchObject({ change: 'merge', others: ['a'], unit: { id: 'b', population: 150 } });
    expect(change.put[0]?.unit.outline?.[0]).toHaveLength(5);
    expect(change.handed).toEqual([{ from: 'a', to: 'b', places: null }]);
    expect(change.paths).toContainEqual({ from: 'tree/a', to: ['tree/b'] });
    expect(change.paths).toContainEqual({ from: 'tree/a/a1/a2', to: ['tree/b/a1/a2'] });
  });

  it('gives it its codes, as those it had until now; what the neighbour is numbered by comes first', () => {
    const own = (value: string) => ({ scheme: 'own', value });
    const coded = {
      ...tree,
      units: [root, { ...a, codes: [own('7'), own('8')] }, { ...b, codes: [own('8')] }, a1, a2],
    };
    const merged = mergeUnit(coded, { id: 'a', into: 'b' }, now).put[0]?.unit;
    const since = now.toISOString();
    expect(merged?.codes).toEqual([own('8'), { ...own('7'), formerSince: since }]);
    const again = { ...coded, units: [root, { ...b, codes: merged?.codes ?? [] }, { ...far, codes: [own('7')] }] };
    expect(unitsByName(again.units).get('7')?.id).toBe('far');
    const free = { ...again, units: again.units.map((unit): TreeUnit => ({ ...unit, outline: null })) };
    const later = mergeUnit({ ...free, units: free.units.slice(0, 2).concat(a1) }, { id: 'b', into: 'a1' }, new Date());
    expect(later.put[0]?.unit.codes).toContainEqual({ ...own('7'), formerSince: since });
  });

  it('must touch it: a unit in two pieces is refused with both names', () => {
    expect(() => mergeUnit(tree, { id: 'a', into: 'far' }, now)).toThrow(
      expect.objectContaining({ subject: 'far, a' }),
    );
  });
});

describe('a unit that is split', () => {
  const part = (id: string, west: number, more = {}) => ({
    id,
    name: id,
    population: null,
    outline: [squareAt([west, 29]).map(([lon, lat]): [number, number] => [120 + (lon - 120) / 2, lat])],
    children: [],
    places: [],
    ...more,
  });

  it('gives each place, each unit below and all open work to the parts', () => {
    const change = splitUnit(
      tree,
      'a',
      [part('w', 120, { places: [gate], children: ['a1'] }), part('e', 120.02, { places: [garage] })],
      [gate, garage],
    );
    expect(paths(change)).toEqual(['tree/w', 'tree/e', 'tree/w/a1', 'tree/w/a1/a2']);
    expect(change.ended).toEqual([{ id: 'a', change: 'split', others: ['w', 'e'] }]);
    expect(change.paths).toContainEqual({ from: 'tree/a', to: ['tree/w', 'tree/e'] });
    expect(change.handed.map(({ to, places }) => [to, places?.length])).toEqual([
      ['w', 1],
      ['e', 1],
    ]);
  });

  it.each([
    [
      'a place that goes with no part',
      [part('w', 120, { children: ['a1'] }), part('e', 120.02)],
      'c1/gate goes with no part',
    ],
    [
      'a place that goes with both',
      [part('w', 120, { children: ['a1'], places: [gate] }), part('e', 120.02, { places: [gate] })],
      'c1/gate goes with two parts',
    ],
    [
      'a unit below that goes with no part',
      [part('w', 120, { places: [gate] }), part('e', 120.02)],
      'a1 goes with no part',
    ],
    ['one part', [part('w', 120, { places: [gate], children: ['a1'] })], 'two parts'],
    ['parts that overlap', [part('w', 120, { places: [gate], children: ['a1'] }), part('e', 120.01)], 'overlap'],
  ])('is refused with %s', (_what, parts, why) => {
    expect(() => splitUnit(tree, 'a', parts, [gate])).toThrow(
      expect.objectContaining({ detail: expect.stringContaining(why) }),
    );
  });
});

describe('a compound', () => {
  it('whose places lie in two grids is named with both; one level up it is whole', () => {
    const placements = [
      { compound: 'c1', path: 'tree/a/a1' },
      { compound: 'c1', path: 'tree/b' },
      { compound: 'c2', path: 'tree/a' },
    ];
    expect(checkCompounds(tree.units, placements, 1)).toEqual([
      { rule: 'compound-across', compound: 'c1', units: ['a', 'b'] },
    ]);
    expect(checkCompounds(tree.units, placements, 0)).toEqual([]);
  });
});
