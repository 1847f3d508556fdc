import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AlertFact } from './facts.js';
import { TimeLine } from './time-line.js';

const alertAt = (at: number, index: number): AlertFact => ({ at, alert: `a${index}` }) as AlertFact;

function lineOf(times: readonly number[]): TimeLine {
  const line = new TimeLine();
  for (const [index, at] of times.entries()) line.add(alertAt(at, index));
  return line;
}

describe('a line of alerts', () => {
  it('gives the nearest first, whatever the order in which they came', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 70 }),
        (times, at, withinMs, most) => {
          const found = lineOf(times).nearest(at, withinMs, most, () => true);
          const expected = times
            .map((time) => Math.abs(time - at))
            .filter((apart) => apart <= withinMs)
            .sort((one, other) => one - other)
            .slice(0, most);
          expect(found.map((alert) => Math.abs(alert.at - at))).toEqual(expected);
        },
      ),
    );
  });

  it('passes over what does not fit', () => {
    const even = lineOf([1, 2, 3, 4, 5, 6]).nearest(3, 10, 2, ({ at }) => at % 2 === 0);
    expect(even.map(({ at }) => at)).toEqual([2, 4]);
  });

  it('looks at no more than its bound, however many there are', () => {
    let examined = 0;
    const flood = lineOf(Array.from({ length: 5000 }, (_, index) => index));
    flood.nearest(2500, 5000, 24, () => {
      examined += 1;
      return false;
    });
    expect(examined).toBe(256);
  });
});
