import { describe, expect, it, test } from '@jest/globals';
import { latestPeriods, periodOf } from './period.js';

const zone = 'Asia/Shanghai';

describe('a period', () => {
  test.each([
    ['2026-Q1', '2025-12-31T16:00:00.000Z', '2026-03-31T16:00:00.000Z'],
    ['2026-Q4', '2026-09-30T16:00:00.000Z', '2026-12-31T16:00:00.000Z'],
    ['2026-12', '2026-11-30T16:00:00.000Z', '2026-12-31T16:00:00.000Z'],
    ['2026', '2025-12-31T16:00:00.000Z', '2026-12-31T16:00:00.000Z'],
  ])('%s begins and ends at midnight of the place', (id, from, to) => {
    expect(periodOf(id, zone)).toEqual({ id, from: new Date(from), to: new Date(to) });
  });

  test.each(['2026-Q5', '2026-13', '26', '2026-Q1 ', ''])('%j is none', (id) => {
    expect(() => periodOf(id, zone)).toThrow();
  });

  it('is the running one of the place first, then those before it', () => {
    const newYear = new Date('2025-12-31T17:00:00Z');
    expect(latestPeriods('quarter', newYear, { zone, count: 3 })).toEqual(['2026-Q1', '2025-Q4', '2025-Q3']);
    expect(latestPeriods('month', newYear, { zone, count: 2 })).toEqual(['2026-01', '2025-12']);
    expect(latestPeriods('year', newYear, { zone, count: 2 })).toEqual(['2026', '2025']);
  });
});
