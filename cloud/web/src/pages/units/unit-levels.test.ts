import { describe, expect, it } from '@jest/globals';
import { kindsBelow, levelAt, levelOfKind } from './unit-levels.js';

const name = { 'zh-CN': 'Level', en: 'Level' };
const level = (at: number, ...kinds: string[]) => ({ level: at, name, kinds, norms: {} });
const unit = (kind: string) => ({
  ...{ id: kind, parentId: null, path: kind, level: 1, kind, name: kind, form: 'place' as const, population: null },
  ...{ drawn: false, codes: [], counts: { open: 0, devices: 0, offline: 0 } },
});
const tree = {
  levels: [level(0, 'town'), level(2, 'building', 'shop-row'), level(1, 'village')],
  units: [unit('town')],
};

describe('the kinds of a new unit', () => {
  it('are those that the playbook names below its parent, the nearest first', () => {
    expect(kindsBelow(tree, { level: 0 })).toEqual(['village', 'building', 'shop-row']);
    expect(kindsBelow(tree, { level: 1 })).toEqual(['building', 'shop-row']);
  });

  it('are those in use where no playbook describes the tree', () => {
    const units = [unit('beat'), unit('station'), unit('beat')];
    expect(kindsBelow({ levels: [], units }, { level: 0 })).toEqual(['beat', 'station']);
  });

  it('stand on the level that the playbook gives them', () => {
    expect(levelOfKind(tree, { level: 0 }, 'shop-row')).toBe(2);
    expect(levelOfKind(tree, { level: 0 }, 'raft')).toBeUndefined();
    expect(levelAt(tree, 1)?.kinds).toEqual(['village']);
  });
});
