import { describe, expect, it } from '@jest/globals';
import { treeUnit } from '../../testing/villages.js';
import { addUnit, type NewUnitFacts } from './add-unit.js';
import type { Tree } from './tree.js';

const town = treeUnit('town', null, { name: '苏溪镇' });
const village = treeUnit('village', town, {
  name: '胡宅',
  level: 2,
  codes: [{ scheme: 'statistical-12', value: '330782105002' }],
});
const tree: Tree = { id: 'tree', scheme: 'statistical-12', wholeLevel: null, units: [town, village] };
const facts: NewUnitFacts = {
  ...{ id: 'b3', parent: 'village', kind: 'building', name: '3 号楼', form: 'place' },
  level: undefined,
  codes: [],
};
const code = (value: string, scheme = 'statistical-12') => ({ ...facts, codes: [{ scheme, value }] });

describe('a new unit', () => {
  it('stands one level below its parent, with its codes in their one spelling', () => {
    const { put, paths } = addUnit(tree, code('330782105000'));
    expect(put).toMatchObject([
      { change: 'create', unit: { path: 'tree/village/b3', level: 3, codes: [{ value: '330782105' }] } },
    ]);
    expect(paths).toEqual([]);
  });

  it.each([2, 1])('is not on level %d below one on level 2: both are named', (level) => {
    expect(() => addUnit(tree, { ...facts, level })).toThrow(
      expect.objectContaining({ code: 'units.refused', detail: `3 号楼, 胡宅: level ${level} is not below level 2` }),
    );
  });

  it.each([
    ['a code that a spreadsheet has damaged', code('3.30782E+11'), 'input.invalid', 'code: scientific'],
    ['a code of too few digits', code('33078', 'cjt349-20'), 'input.invalid', 'code: length'],
    ['a code of a scheme that is none', code('1', 'mine'), 'input.invalid', 'code: the scheme mine is none'],
    ['the code of another unit', code('330782105002'), 'subject.conflict', 'the code is of 胡宅'],
    ['a parent that is nowhere', { ...facts, parent: 'nowhere' }, 'subject.not-found', undefined],
  ])('is refused with %s', (_what, wish, refusal, detail) => {
    expect(() => addUnit(tree, wish)).toThrow(expect.objectContaining({ code: refusal, detail }));
  });
});
