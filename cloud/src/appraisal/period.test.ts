import { describe, expect, it, test } from '@jest/globals';
import { latestPeriods, periodAt, periodOf } from './period.js';

const zone = 'Asia/Shanghai';

describe('a period', () => {
  test.each([
    ['2026-Q1', 'quarter', '2025-12-31T16:00:00.000Z', '2026-03-31T16:00:00.000Z'],
    ['2026-Q4', 'quarter', '2026-09-30T16:00:00.000Z', '2026-12-31T16:00:00.000Z'],
    ['2026-12', 'month', '2026-11-30T16:00:00.000Z', '2026-12-31T16:00:00.000Z'],
    ['2026', 'year', '2025-12-31T16:00:00.000Z', '2026-12-31T16:00:00.000Z'],
  ] as const)('%s is a %s that begins and ends at midnight of the place', (id, kind, from, to) => {
    const period = { id, kind, from: new Date(from), to: new Date(to) };
    expect(periodOf(id, zone)).toEqual(period);
    expect(periodAt(kind, new Date(Date.parse(to) - 1), zone)).toEqual(period);
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
