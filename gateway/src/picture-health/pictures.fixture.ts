import { GRAY_HEIGHT, GRAY_WIDTH } from '../media/gray-frame.js';

const { floor, imul } = Math;

type Shade = (x: number, y: number) => number;

export function picture(shade: Shade): Uint8Array {
  const pixels = new Uint8ClampedArray(GRAY_WIDTH * GRAY_HEIGHT);
  for (let y = 0; y < GRAY_HEIGHT; y += 1)
    for (let x = 0; x < GRAY_WIDTH; x += 1) pixels[y * GRAY_WIDTH + x] = shade(x, y);
  return new Uint8Array(pixels.buffer);
}

/** A number for a place, 0…1, always the same. */
function hashed(x: number, y: number): number {
  const mixed = imul(x * 374_761_393 + y * 668_265_263, 1_274_126_177);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
}

/** Houses with windows before a street: blocks of many shades, shifted by `dx` pixels. */
export function street(dx = 0): Shade {
  return (x, y) => 40 + 150 * hashed(floor((x + dx + 400) / 7), floor(y / 9)) + 20 * hashed(x + dx + 400, y);
}

const NOISE = Int8Array.from({ length: GRAY_WIDTH * GRAY_HEIGHT * 3 }, (_none, at) =>
  Math.round(8 * (hashed(at, 3) - 0.5)),
);

/** The same with the noise of a sensor: another with each `time`. */
export function rustling(still: Uint8Array, time: number): Uint8Array {
  const from = (time * 977) % (GRAY_WIDTH * GRAY_HEIGHT * 2);
  const noisy = new Uint8ClampedArray(still.length);
  for (let at = 0; at < still.length; at += 1) noisy[at] = (still[at] ?? 0) + (NOISE[from + at] ?? 0);
  return new Uint8Array(noisy.buffer);
}

export function blurred(shade: Shade, radius: number): Shade {
  return (x, y) => {
    let sum = 0;
    for (let dy = -radius; dy <= radius; dy += 1)
      for (let dx = -radius; dx <= radius; dx += 1) sum += shade(x + dx, y + dy);
    return sum / (2 * radius + 1) ** 2;
  };
}
