import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { copyOrder } from './copy-order.js';

describe('the order of copying', () => {
  it('puts a table after the tables that it refers to', () => {
    const references = [
      { from: 'leg', to: 'incident' },
      { from: 'incident', to: 'compound' },
    ];
    expect(copyOrder(['leg', 'incident', 'compound'], references)).toEqual(['compound', 'incident', 'leg']);
  });

  it('lets a table refer to itself', () => {
    expect(copyOrder(['unit'], [{ from: 'unit', to: 'unit' }])).toEqual(['unit']);
  });

  it('refuses a circle and names it', () => {
    const circle = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'a' },
    ];
    expect(() => copyOrder(['a', 'b', 'c'], circle)).toThrow('foreign keys form a circle: a, b');
  });

  it('holds for any references without a circle, and loses no table', () => {
    const pair = fc.tuple(fc.nat(11), fc.nat(11));
    const tables = Array.from({ length: 12 }, (_, index) => `t${index}`);
    fc.assert(
      fc.property(
        fc.array(pair, { maxLength: 40 }),
        fc.shuffledSubarray(tables, { minLength: 12 }),
        (pairs, shuffled) => {
          const references = pairs.filter(([a, b]) => a > b).map(([a, b]) => ({ from: `t${a}`, to: `t${b}` }));
          const order = copyOrder(shuffled, references);
          expect([...order].sort()).toEqual([...tables].sort());
          for (const { from, to } of references) expect(order.indexOf(to)).toBeLessThan(order.indexOf(from));
        },
      ),
    );
  });
});
