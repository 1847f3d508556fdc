import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { between, coarsen, fit } from './picture.js';

const size = fc.record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) });

describe('a picture before it is sent', () => {
  it('is made no larger, and keeps its shape', () => {
    expect(fit({ width: 4000, height: 3000 }, 1600)).toEqual({ width: 1600, height: 1200 });
    expect(fit({ width: 800, height: 600 }, 1600)).toEqual({ width: 800, height: 600 });
  });

  it('is blurred within its edges, whichever way the finger went', () => {
    const point = fc.record({
      x: fc.double({ min: -20, max: 60, noNaN: true }),
      y: fc.double({ min: -20, max: 60, noNaN: true }),
    });
    fc.assert(
      fc.property(point, point, size, (from, to, whole) => {
        const part = between(from, to, whole);
        expect(between(to, from, whole)).toEqual(part);
        expect(Math.min(part.x, part.y, part.width - 1, part.height - 1)).toBeGreaterThanOrEqual(0);
        expect(part.x + part.width).toBeLessThanOrEqual(whole.width);
        expect(part.y + part.height).toBeLessThanOrEqual(whole.height);
      }),
    );
  });

  it('holds 25 colours at most where it was blurred', () => {
    fc.assert(
      fc.property(size, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), (part, noise) => {
        const data = Uint8ClampedArray.from({ length: part.width * part.height * 4 }, () => noise.next().value ?? 0);
        coarsen(data, part);
        const colours = new Set<string>();
        for (let at = 0; at < data.length; at += 4) colours.add(data.slice(at, at + 3).join());
        expect(colours.size).toBeLessThanOrEqual(25);
      }),
    );
  });
});
