import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { thumbnailLimit } from '@angrid/contract';
import sharp from 'sharp';
import { encodeJpeg } from './picture.js';
import { thumbnailOf } from './thumbnail.js';

const LEFT_HALF = [[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]] as const; // prettier-ignore
const white = (width: number, height: number) => ({ width, height, rgb: Buffer.alloc(width * height * 3, 255) });
const bytesOf = (thumbnail: string | undefined) => Buffer.from(thumbnail ?? '', 'base64');

describe('a thumbnail', () => {
  it.each([
    ['wide', 1280, 720, 320, 180],
    ['high', 720, 1280, 180, 320],
    ['small', 160, 90, 160, 90],
  ])('of a %s picture keeps its shape, fits 320 pixels and is never enlarged', async (_what, ...sizes) => {
    const [width, height, smallWidth, smallHeight] = sizes;
    const thumbnail = await thumbnailOf(await encodeJpeg(white(width, height), [], 85));
    const { format, exif, ...size } = await sharp(bytesOf(thumbnail)).metadata();
    expect({ format, exif, ...size }).toMatchObject({ format: 'jpeg', width: smallWidth, height: smallHeight });
    expect(exif).toBeUndefined();
  });

  it('hides what the picture hides', async () => {
    const thumbnail = await thumbnailOf(await encodeJpeg(white(1280, 720), LEFT_HALF, 85));
    const pixels = await sharp(bytesOf(thumbnail)).greyscale().raw().toBuffer();
    expect(Math.max(...pixels.subarray(90 * 320, 90 * 320 + 156))).toBeLessThan(20);
    expect(Math.min(...pixels.subarray(90 * 320 + 164, 91 * 320))).toBeGreaterThan(235);
  });

  it('fits a descriptor, whatever the picture shows', async () => {
    const noise = { ...white(640, 640), rgb: randomBytes(640 * 640 * 3) };
    const thumbnail = await thumbnailOf(await encodeJpeg(noise, [], 95));
    expect(bytesOf(thumbnail).length).toBeGreaterThan(1000);
    expect(thumbnail?.length).toBeLessThanOrEqual(thumbnailLimit);
  });

  it('is left out where there is no picture to make it of', async () => {
    expect(await thumbnailOf(Buffer.from('no picture'))).toBeUndefined();
  });
});
