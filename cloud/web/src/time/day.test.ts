import { expect, test } from '@jest/globals';
import { dayOf, minuteOf } from './day.js';

test.each([
  [new Date(2026, 2, 2, 0, 30), '2026-03-02'],
  [new Date(2026, 11, 31, 23, 59), '2026-12-31'],
])('%s is on the day %s of the calendar on the wall, whatever day it is in Greenwich', (at, day) => {
  expect(dayOf(at.getTime())).toBe(day);
  expect(new Date(minuteOf(at.getTime()))).toEqual(at);
});
