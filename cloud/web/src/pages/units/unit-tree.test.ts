import { expect, test } from '@jest/globals';
import type { Unit } from '../../api/types.js';
import { sampleIncident } from '../../testing/samples.js';
import { openWithin, treeOf } from './unit-tree.js';

const unit = (id: string, parentId: string | null): Unit => ({
  id,
  parentId,
  path: id,
  level: 0,
  kind: 'village',
  name: id,
  form: 'place',
  population: null,
  drawn: false,
  codes: [],
  counts: { open: 0, devices: 0, offline: 0 },
});

test('units become a tree, in whatever order they come', () => {
  const [root] = treeOf([unit('b', 'a'), unit('c', 'b'), unit('a', null)]);
  expect(root?.unit.id).toBe('a');
  expect(root?.children[0]?.children[0]?.unit.id).toBe('c');
});

test('a unit whose parent is out of sight is a root', () => {
  expect(treeOf([unit('b', 'a'), unit('c', 'b')]).map((node) => node.unit.id)).toEqual(['b']);
});

test('a unit counts the open incidents at it and below it, and no false alarm', () => {
  const at = (path: string, part = {}) => sampleIncident({ unit: { path, names: [] }, ...part });
  const incidents = [
    at('s/b1'),
    at('s/b1/e1'),
    at('s/b10'),
    at('s/b1', { state: 'closed' }),
    at('s/b1', { falseAlarm: true }),
    sampleIncident(),
  ];
  expect([openWithin(incidents, 's/b1'), openWithin(incidents, 's')]).toEqual([2, 3]);
});
