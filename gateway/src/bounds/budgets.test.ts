import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import fc from 'fast-check';
import { ByteBudget } from './byte-budget.js';
import { TokenBucket } from './token-bucket.js';

describe('the token bucket', () => {
  it('gives its burst at once, then one token in each interval', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ burst: 3, perSecond: 2 }, clock);
    expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([true, true, true, false]);
    expect(bucket.wait).toBe(500);
    await clock.advance(499);
    expect(bucket.take()).toBe(false);
    await clock.advance(1);
    expect([bucket.take(), bucket.take()]).toEqual([true, false]);
  });

  it('never gives more than its burst after a rest, however long', async () => {
    const clock = new VirtualClock();
    const bucket = new TokenBucket({ burst: 2, perSecond: 1 }, clock);
    bucket.take();
    bucket.take();
    await clock.advance(3_600_000);
    expect([1, 2, 3].map(() => bucket.take())).toEqual([true, true, false]);
  });
});

describe('the byte budget', () => {
  it('keeps a quarter free of large packets', () => {
    const budget = new ByteBudget(1000, 100);
    expect([budget.reserve(700), budget.reserve(100), budget.reserve(99), budget.reserve(99)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('lets a packet in that is larger than all of it, alone', () => {
    const budget = new ByteBudget(1000);
    expect([budget.reserve(5000), budget.reserve(1)]).toEqual([true, false]);
  });

  it('wakes each that waits once, at the next release', () => {
    const budget = new ByteBudget(10);
    const woken: string[] = [];
    budget.reserve(10);
    budget.wait(() => woken.push('first'));
    budget.wait(() => woken.push('left'))();
    budget.wait(() => woken.push('second'));
    budget.release(5);
    budget.release(5);
    expect(woken).toEqual(['first', 'second']);
  });

  it('never holds more than its total in packets that fit it', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(amounts, (each) => {
        const budget = new ByteBudget(1000, 100);
        const inside: number[] = [];
        for (const bytes of each) {
          if (budget.reserve(bytes)) inside.push(bytes);
          else budget.release(inside.shift() ?? 0);
          expect(budget.reserved).toBe(inside.reduce((sum, one) => sum + one, 0));
          expect(budget.reserved).toBeLessThanOrEqual(1000);
        }
      }),
    );
  });
});
