import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import { maskSvg } from './masks.js';
import { adoptJpeg, encodeJpeg, maskLayer, MAX_PIXELS, readPpm } from './picture.js';

const LEFT_HALF = [[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]] as const; // prettier-ignore
const white = (width: number, height: number) => ({ width, height, rgb: Buffer.alloc(width * height * 3, 255) });

/** Red, green and blue of a pixel of a JPEG. */
async function pixel(jpeg: Buffer, x: number, y: number): Promise<number[]> {
  return [...(await sharp(jpeg).extract({ left: x, top: y, width: 1, height: 1 }).raw().toBuffer())];
}

describe('masks', () => {
  it('become polygons in pixels, and nothing but numbers', () => {
    expect(maskSvg(LEFT_HALF, { width: 640, height: 360 })).toBe(
      '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><g fill="#000" stroke="#000" stroke-width="2" ' +
        'shape-rendering="crispEdges"><polygon points="0.0,0.0 320.0,0.0 320.0,360.0 0.0,360.0"/></g></svg>',
    );
    const point = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.array(point, { minLength: 3, maxLength: 5 }), { maxLength: 4 }), (masks) => {
        const inside = maskSvg(masks, { width: 640, height: 360 }).replaceAll(/<\/?(svg|g)\b[^>]*>/g, '');
        expect(inside).toMatch(/^(<polygon points="([\d.]+,[\d.]+ ?)+"\/>)*$/);
      }),
    );
  });

  it('are opaque where they are and clear elsewhere', async () => {
    const layer = await maskLayer(LEFT_HALF, { width: 64, height: 32 });
    expect(layer).toHaveLength(64 * 32 * 4);
    expect([...layer.subarray(0, 4)]).toEqual([0, 0, 0, 255]);
    expect(layer[63 * 4 + 3]).toBe(0);
  });
});

describe('a snapshot', () => {
  it('is black under its masks, up to their rim, and untouched elsewhere', async () => {
    const jpeg = await encodeJpeg(white(640, 360), LEFT_HALF, 85);
    for (const x of [0, 100, 318]) expect(Math.max(...(await pixel(jpeg, x, 180)))).toBeLessThan(12);
    expect(Math.min(...(await pixel(jpeg, 400, 180)))).toBeGreaterThan(243);
  });

  it('carries no metadata', async () => {
    const { format, exif, icc, xmp } = await sharp(await encodeJpeg(white(64, 64), [], 85)).metadata();
    expect({ format, exif, icc, xmp }).toEqual({ format: 'jpeg', exif: undefined, icc: undefined, xmp: undefined });
  });
});

describe('a decoded picture', () => {
  it('is read from PPM', () => {
    const rgb = Buffer.from([1, 2, 3, 4, 5, 6]);
    expect(readPpm(Buffer.concat([Buffer.from('P6\n2 1\n255\n'), rgb]))).toEqual({ width: 2, height: 1, rgb });
  });

  it.each([
    ['of another format', 'P5\n2 1\n255\n......'],
    ['that is cut', 'P6\n2 1\n255\n.....'],
    ['that is too long', 'P6\n2 1\n255\n.......'],
    ['without pixels', 'P6\n0 0\n255\n'],
    ['above 25 megapixels', 'P6\n99999 99999\n255\n'],
  ])('%s is refused', (_what, text) => {
    expect(() => readPpm(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'media.picture-refused' }));
  });
});

describe('a picture that a camera gave', () => {
  const solid = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#fff' }, limitInputPixels: false });

  it('is encoded anew with its masks and without its metadata', async () => {
    const given = await solid(640, 360).withExif({ IFD0: { Artist: 'somebody' } }).jpeg().toBuffer(); // prettier-ignore
    const taken = await adoptJpeg(given, LEFT_HALF, 85);
    expect((await sharp(taken).metadata()).exif).toBeUndefined();
    expect(Math.max(...(await pixel(taken, 10, 10)))).toBeLessThan(12);
  });

  it('is refused where it is no JPEG, cut, empty, or too large', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const jpeg = await solid(640, 360).jpeg().toBuffer();
    const huge = await solid(6000, Math.ceil(MAX_PIXELS / 6000) + 1)
      .jpeg()
      .toBuffer();
    for (const bytes of [svg, await solid(8, 8).png().toBuffer(), jpeg.subarray(0, 300), Buffer.alloc(0), huge]) {
      await expect(adoptJpeg(bytes, [], 85)).rejects.toMatchObject({ code: 'media.picture-refused' });
    }
  });
});
