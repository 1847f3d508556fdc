import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backOff } from './back-off.js';

describe('back-off', () => {
  it('lies between half a second and a bound that doubles up to a minute', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), random, (failures, value) => {
        const delay = backOff(failures, () => value);
        expect(delay).toBeGreaterThanOrEqual(500);
        expect(delay).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** failures));
      }),
    );
  });

  it('is spread over the whole of it', () => {
    expect([0, 0.5, 0.999].map((value) => Math.round(backOff(20, () => value)))).toEqual([500, 30_250, 59_941]);
    expect([1, 2, 3, 6, 7, 8].map((failures) => Math.round(backOff(failures, () => 0.999999)))).toEqual([
      1000, 2000, 4000, 32_000, 60_000, 60_000,
    ]);
  });
});
