import { describe, expect, it } from '@jest/globals';
import { ageParts, countdown, secondsUntil } from './age.js';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

describe('an age', () => {
  it.each([
    [0, [['second', 0]]],
    [59_999, [['second', 59]]],
    [M, [['minute', 1]]],
    [
      4 * M + 12 * S,
      [
        ['minute', 4],
        ['second', 12],
      ],
    ],
    [
      H - 1,
      [
        ['minute', 59],
        ['second', 59],
      ],
    ],
    [
      3 * H + 5 * M + 40 * S,
      [
        ['hour', 3],
        ['minute', 5],
      ],
    ],
    [D, [['day', 1]]],
    [
      2 * D + 4 * H + 59 * M,
      [
        ['day', 2],
        ['hour', 4],
      ],
    ],
  ])('of %i ms has these parts', (ms, parts) => {
    expect(ageParts(ms).map(({ unit, value }) => [unit, value])).toEqual(parts);
  });

  it('is never negative when the clock that told it runs ahead', () => {
    expect(ageParts(-5000)).toEqual([{ unit: 'second', value: 0 }]);
  });
});

describe('a countdown', () => {
  it('rounds up, so that it shows 0 only when time is over', () => {
    expect(secondsUntil(10_000, 9_001)).toBe(1);
    expect(secondsUntil(10_000, 10_000)).toBe(0);
    expect(secondsUntil(10_000, 20_000)).toBe(0);
  });

  it.each([
    [7, '0:07'],
    [75, '1:15'],
    [3675, '1:01:15'],
  ])('of %i s reads %s', (seconds, text) => expect(countdown(seconds)).toBe(text));
});
