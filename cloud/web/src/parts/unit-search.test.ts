import { expect, test } from '@jest/globals';
import type { Unit } from '../api/types.js';
import { findUnits } from './unit-search.js';

const unit = (path: string, name: string, codes: readonly string[] = []): Unit => ({
  id: path.split('/').at(-1) ?? '',
  parentId: null,
  path,
  level: 0,
  kind: 'grid',
  name,
  codes,
  form: 'place',
  population: null,
  drawn: false,
  counts: { open: 0, devices: 0, offline: 0 },
});
const units = [
  unit('s', 'Suxi'),
  unit('s/3307', 'Huzhai'),
  unit('s/3307/b3', 'House 3'),
  unit('s/3308/b3', 'House 3', ['4711']),
];
const search = (text: string, chosen: readonly string[] = []) =>
  findUnits(units, text, ({ path }) => chosen.includes(path)).map(({ label }) => label);

test('a unit is found by its name, by the names above it, and by its code', () => {
  expect(search('house')).toEqual(['Huzhai › House 3', 'House 3']);
  expect(search('suxi huzhai 3')).toEqual(['Suxi › Huzhai', 'Huzhai › House 3']);
  expect(search('3308')).toEqual(['House 3']);
  expect(search('471')).toEqual(['House 3']);
});

test('what is chosen stays in the list, so that its name is shown', () => {
  expect(search('3308', ['s'])).toEqual(['House 3', 'Suxi']);
});

test('a long list is cut to what one reads', () => {
  const many = Array.from({ length: 3000 }, (_, index) => unit(`t/${index}`, `Village ${index}`));
  expect(findUnits(many, 'village', ({ id }) => id === '2999').map(({ unit: { id } }) => id)).toEqual([
    ...Array.from({ length: 50 }, (_, index) => `${index}`),
    '2999',
  ]);
});
