import { expect, test } from '@jest/globals';
import type { Unit } from '../../api/types.js';
import type { UnitDetail } from '../../api/unit-types.js';
import { partsOf, targetsOf, whatIsDivided } from './changing.js';

const unit = (path: string): Unit => ({
  id: path.split('/').at(-1) ?? '',
  parentId: path.split('/').at(-2) ?? null,
  path,
  level: 0,
  kind: 'grid',
  name: path,
  form: 'place',
  population: null,
  drawn: false,
  codes: [],
  counts: { open: 0, devices: 0, offline: 0 },
});
const units = ['s', 's/a', 's/a/a1', 's/a/a2', 's/a10', 'other'].map(unit);
const detail: UnitDetail = {
  ...unit('s/a'),
  tree: 's',
  codes: [],
  places: [{ compound: 'c', place: 'gate', name: 'Gate', by: 'hand' }],
  members: [],
  norm: null,
  across: [],
  history: [],
};

test('a unit goes under any of its tree, but neither under itself nor under what is below it', () => {
  expect(targetsOf(units, detail).map(({ path }) => path)).toEqual(['s', 's/a10']);
});

test('what a split unit has goes with exactly one part', () => {
  const parts = partsOf(whatIsDivided(units, detail), { first: ' A ', second: 'B', mine: ['unit a1'] });
  expect(parts).toEqual([
    { name: 'A', children: ['a1'], places: [] },
    { name: 'B', children: ['a2'], places: [{ compound: 'c', place: 'gate' }] },
  ]);
});
