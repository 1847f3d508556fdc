import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { facts, table } from './table.js';
import { type View, viewOf } from './view.js';
import { widthOf } from './width.js';

const plain = viewOf('en', {}, {});
const coloured: View = viewOf('en', { isTTY: true, columns: 80 }, {});

describe('a table', () => {
  it('aligns columns that hold Chinese', () => {
    expect(
      table(
        ['Id', 'Name', 'State'],
        [
          ['gate-1', '南门', 'online'],
          ['g', 'Gate', 'offline'],
        ],
        plain,
      ),
    ).toBe(['Id      Name  State', 'gate-1  南门  online', 'g       Gate  offline'].join('\n'));
  });

  it('never exceeds 80 columns while a column can give way', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '门', ' ', 'xyz'), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 5 }), (rows) => {
        for (const line of table(['Id', 'Name', 'Place', 'Unit'], rows, plain).split('\n')) {
          expect(widthOf(line)).toBeLessThanOrEqual(80);
        }
      }),
    );
  });

  it('paints a cell after it is measured', () => {
    const rows = [[{ text: 'online', colour: 'green' as const }, 'x']];
    expect(table(['State', 'B'], rows, coloured).split('\n')[1]).toBe('\u001b[32monline\u001b[39m  x');
  });

  it('shows what a hostile device put into a name instead of obeying it', () => {
    expect(table(['Name'], [['a\u001b[2Jb']], plain)).toBe('Name\na\\u001b[2Jb');
  });
});

describe('facts', () => {
  it('stand one a line, and leave out what is not known', () => {
    const pairs = [
      ['Id', 'gate-1'],
      ['Place', undefined],
      ['摄像机', 'cam-1'],
    ] as const;
    expect(facts(pairs, plain)).toBe('Id      gate-1\n摄像机  cam-1');
  });
});

describe('colours', () => {
  it('appear on a terminal only, and not where NO_COLOR is set', () => {
    expect(viewOf('en', { isTTY: true }, {}).paint('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(viewOf('en', { isTTY: true }, { NO_COLOR: '1' }).paint('red', 'x')).toBe('x');
    expect(viewOf('en', { isTTY: false }, {}).paint('red', 'x')).toBe('x');
  });
});
