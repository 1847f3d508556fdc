import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BREAK_MS, BREAK_WIDTH, layoutAxis, packRows, placeLabel, textWidth } from './time-axis.js';

const S = 1000;

describe('the time axis', () => {
  it('is linear where things happen close together', () => {
    const axis = layoutAxis([0, 10 * S, 20 * S], 400);
    expect([axis.x(0), axis.x(10 * S), axis.x(15 * S), axis.x(20 * S)]).toEqual([0, 200, 300, 400]);
    expect(axis.breaks).toEqual([]);
  });

  it('cuts a long pause out and says how long it was', () => {
    const axis = layoutAxis([0, 10 * S, 3610 * S, 3620 * S], 400);
    expect(axis.breaks).toEqual([{ x: (400 - BREAK_WIDTH) / 2, width: BREAK_WIDTH, ms: 3600 * S }]);
    expect(axis.x(3620 * S)).toBe(400);
  });

  it('marks the start, and the end of a break, with the time', () => {
    const ticks = layoutAxis([0, 10 * S, 3610 * S, 3620 * S], 600).ticks.map(({ at }) => at);
    expect(ticks).toEqual(expect.arrayContaining([0, 3610 * S]));
  });

  it('of one single instant has it in the middle', () => expect(layoutAxis([5], 300).x(5)).toBe(150));

  it('holds what lies outside at its edges', () => {
    const axis = layoutAxis([10 * S, 20 * S], 300);
    expect([axis.x(0), axis.x(99 * S)]).toEqual([0, 300]);
  });

  it('never runs backwards, never leaves its width and keeps its ticks apart', () => {
    const instants = fc.array(fc.integer({ min: 0, max: 86_400_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(instants, fc.integer({ min: 200, max: 1600 }), (list, width) => {
        const axis = layoutAxis(list, width);
        const xs = [...list].sort((a, b) => a - b).map((at) => axis.x(at));
        for (const [index, x] of xs.entries()) {
          expect(x).toBeGreaterThanOrEqual(index === 0 ? -0.001 : (xs[index - 1] ?? 0) - 0.001);
          expect(x).toBeLessThanOrEqual(width + 0.001);
        }
        const ticks = axis.ticks.map(({ x }) => x);
        for (const [index, x] of ticks.slice(1).entries()) expect(x - (ticks[index] ?? 0)).toBeGreaterThanOrEqual(90);
        for (const { ms } of axis.breaks) expect(ms).toBeGreaterThan(BREAK_MS);
      }),
    );
  });
});

describe('rows', () => {
  it('keep apart what overlaps and use a row again as soon as it is free', () => {
    expect(
      packRows(
        [
          { from: 0, to: 50 },
          { from: 40, to: 90 },
          { from: 60, to: 80 },
        ],
        8,
      ),
    ).toEqual([0, 1, 0]);
  });

  it('never hold two things that touch', () => {
    const extent = fc.tuple(fc.nat(500), fc.nat(200)).map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(fc.array(extent, { maxLength: 30 }), (extents) => {
        const rows = packRows(extents, 8);
        for (const [i, a] of extents.entries()) {
          for (const [j, b] of extents.entries()) {
            if (i < j && rows[i] === rows[j]) expect(a.to + 8 <= b.from || b.to + 8 <= a.from).toBe(true);
          }
        }
      }),
    );
  });
});

describe('a label', () => {
  it('stands to the right where there is room', () => {
    expect(placeLabel({ from: 10, to: 20 }, 50, 200).label).toMatchObject({ anchor: 'start', above: false });
  });

  it('stands to the left at the right edge', () => {
    expect(placeLabel({ from: 150, to: 190 }, 50, 200).label).toMatchObject({ anchor: 'end', x: 141 });
  });

  it('stands above a bar that takes the whole width, and inside the drawing', () => {
    const { label, extent } = placeLabel({ from: 5, to: 200 }, 60, 200);
    expect(label.above).toBe(true);
    expect(extent).toEqual({ from: 5, to: 200 });
  });

  it('of Han is about as wide as its signs', () => {
    expect(textWidth('\u95e8\u95e8', 12)).toBe(24);
    expect(textWidth('ab', 10)).toBe(12);
  });
});
