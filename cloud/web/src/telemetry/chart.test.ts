import { describe, expect, it } from '@jest/globals';
import { barsOf, niceTop } from './chart.js';

const MINUTE = 60_000;
const series = (...buckets: readonly (readonly [minute: number, value: number])[]) => ({
  from: new Date(0).toISOString(),
  until: new Date(10 * MINUTE).toISOString(),
  stepMs: MINUTE,
  buckets: buckets.map(([minute, value]) => ({
    at: new Date(minute * MINUTE).toISOString(),
    count: 2,
    sum: value,
    max: value,
  })),
});

describe('the bars of a series', () => {
  it('stand where their time is, as high as what is asked of them', () => {
    const { bars, top } = barsOf(series([0, 2], [9, 4]), 'sum');
    expect(top).toBe(4);
    expect(bars).toMatchObject([
      { x: 0, width: 10, height: 50, value: 2 },
      { x: 90, width: 10, height: 100, value: 4 },
    ]);
  });

  it('are as high as the mean where a mean is asked for', () => {
    expect(barsOf(series([0, 8]), 'mean').bars[0]).toMatchObject({ value: 4 });
  });

  it('are none where nothing was measured', () => {
    expect(barsOf(series(), 'sum')).toEqual({ bars: [], top: 0 });
  });
});

describe('the top of a chart', () => {
  it.each([
    [0, 0],
    [1, 1],
    [3, 4],
    [7, 8],
    [12, 20],
    [99, 100],
    [0.3, 1],
    [4321, 5000],
  ])('for %d is the round number %d', (most, top) => expect(niceTop(most)).toBe(top));
});
