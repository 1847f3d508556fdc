import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { steer } from './steering.js';

describe('a live video', () => {
  it('waits at its own speed for the first picture', () => {
    expect(steer({ at: 0, ranges: [] })).toEqual({ rate: 1 });
  });

  test.each([
    { lag: 0.15, rate: 1, because: 'near enough' },
    { lag: 0.2, rate: 1, because: 'near enough' },
    { lag: 0.3, rate: 1.15, because: 'a little behind' },
    { lag: 1, rate: 1.25, because: 'behind: not faster than the eye allows' },
    { lag: 0.06, rate: 0.91, because: 'about to stand still' },
    { lag: 0, rate: 0.9, because: 'about to stand still, and not slower than that' },
  ])('plays at $rate where the newest picture is $lag s ahead: $because', ({ lag, rate }) => {
    const steering = steer({ at: 10, ranges: [[8, 10 + lag]] });
    expect(steering.seekTo).toBeUndefined();
    expect(steering.rate).toBeCloseTo(rate, 5);
  });

  it('jumps where it is more than two seconds behind', () => {
    expect(steer({ at: 10, ranges: [[8, 12.1]] })).toEqual({ seekTo: 12.1 - 0.15, rate: 1 });
  });

  it('jumps over what was left out, though the hole is small', () => {
    const ranges = [
      [8, 10.1],
      [10.6, 10.9],
    ] as const;
    expect(steer({ at: 10.1, ranges })).toEqual({ seekTo: 10.9 - 0.15, rate: 1 });
  });

  it('begins where the stream is, when it has run for a while already', () => {
    expect(steer({ at: 0, ranges: [[500, 500.07]] })).toEqual({ seekTo: 500, rate: 1 });
  });

  it('never leaves what can be shown and never plays at a speed that is seen', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (at, length) => {
          const ranges = [[20, 20 + length]] as const;
          const { seekTo = at, rate } = steer({ at, ranges });
          expect(seekTo).toBeGreaterThanOrEqual(20);
          expect(seekTo).toBeLessThanOrEqual(20 + length);
          expect(rate).toBeGreaterThanOrEqual(0.9);
          expect(rate).toBeLessThanOrEqual(1.25);
        },
      ),
    );
  });
});
