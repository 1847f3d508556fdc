import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { readFrames } from './recorder.js';

describe('the gray pictures of a child', () => {
  it('are whole and of their own, however the pipe cuts them', () => {
    const pipe = new PassThrough();
    const frames: Uint8Array[] = [];
    readFrames(pipe, (pixels) => frames.push(pixels));
    const bytes = Buffer.concat([1, 2, 3].map((shade) => Buffer.alloc(14_400, shade)));
    for (const [from, to] of [[0, 1], [1, 14_399], [14_399, 30_000], [30_000, 43_199]] as const) pipe.write(bytes.subarray(from, to)); // prettier-ignore
    bytes.fill(0);
    expect(frames.map((pixels) => [pixels.length, new Set(pixels).size, pixels[0]])).toEqual([
      [14_400, 1, 1],
      [14_400, 1, 2],
    ]);
  });
});
