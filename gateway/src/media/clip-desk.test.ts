import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ClipOrder } from './clip-copy.js';
import { join } from './clip-desk.js';

const order = (momentMs: number, ...alerts: string[]): ClipOrder => ({
  alerts,
  fromMs: momentMs - 5000,
  momentMs,
  momentWallMs: momentMs,
  toMs: momentMs + 5000,
});

describe('two orders for clips of one camera', () => {
  it('become one where a clip can cover both', () => {
    expect(join(order(10_000, 'a'), order(12_000, 'b', 'a'), 14_000)).toEqual({
      ...order(10_000, 'a', 'b'),
      toMs: 17_000,
    });
    expect(join(order(12_000, 'a'), order(10_500, 'b'), 14_000)).toMatchObject({ fromMs: 5500, momentMs: 12_000 });
  });

  it('stay two where it could not, or where one descriptor could not name all alerts', () => {
    expect(join(order(10_000, 'a'), order(12_001, 'b'), 14_000)).toBeUndefined();
    const many = Array.from({ length: 16 }, (_, index) => `alert ${index}`);
    expect(join(order(10_000, ...many), order(10_000, 'one more'), 14_000)).toBeUndefined();
    expect(join(order(10_000, ...many), order(10_000, 'alert 3'), 14_000)?.alerts).toEqual(many);
  });

  it('never lose an alert or a second of what either shall show, and leave room for a key frame', () => {
    const moments = fc.tuple(fc.nat(30_000), fc.nat(30_000));
    fc.assert(
      fc.property(moments, ([first, second]) => {
        const one = join(order(first, 'a'), order(second, 'b'), 14_000);
        if (!one) return expect(Math.abs(first - second)).toBeGreaterThan(2000);
        expect(one.fromMs).toBe(Math.min(first, second) - 5000);
        expect(one.toMs).toBe(Math.max(first, second) + 5000);
        expect(one.toMs - one.fromMs).toBeLessThanOrEqual(12_000);
      }),
    );
  });
});
