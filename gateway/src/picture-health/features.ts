import { GRAY_HEIGHT, GRAY_WIDTH } from '../media/gray-frame.js';
import { meanOf } from './compare.js';
import { CELL, CELLS, COLUMNS, firstPixelOf } from './grid.js';

/** What is measured of a picture, a number a cell of the grid. */
export interface Features {
  /** Mean brightness, 0…255. */
  readonly means: Float32Array;
  /** Share of pixels that are as bright as can be, 0…1. */
  readonly bright: Float32Array;
  /** Mean absolute difference to the picture before; undefined with the first one. */
  readonly change: Float32Array | undefined;
  /** Mean of `change`. */
  readonly changed: number | undefined;
  /** Square root of the mean gradient of what stays: the layout of edges, hardly touched by how strong the light is. */
  readonly edges: Float32Array;
  /** Mean absolute Laplacian of what stays: fine detail, the first to go when the lens is out of focus. */
  readonly fine: Float32Array;
  readonly steady: Steady;
}

/** The last pictures together, pixel by pixel, in 1/64: noise and who walks by weigh little in it. */
export type Steady = Int32Array;

/** A picture and what stayed of those before it. */
export interface Before {
  readonly pixels: Uint8Array;
  readonly steady: Steady;
}

const { abs, max, min, round, sqrt } = Math;
const PIXELS = CELL * CELL;
/** Pixels of a cell whose fine detail is taken. */
const SAMPLED = PIXELS / 2;
const BRIGHT = 235;
const FRACTION_BITS = 6;
const UNIT = 2 ** FRACTION_BITS;
/** What stays is that of about so long. */
const STEADY_MS = 8000;
/** A mean change from one picture to the next with which nothing stays. */
const CUT = 14;

interface Taken {
  readonly before: Before | undefined;
  /** Since the picture before. */
  readonly dtMs: number;
}

/** Pure. `pixels` are GRAY_WIDTH × GRAY_HEIGHT bytes; `cells` are those that are looked at. */
export function measure(pixels: Uint8Array, { before, dtMs }: Taken, cells: Uint16Array): Features {
  const { means, bright, change } = lightOf(pixels, before?.pixels ?? pixels);
  const changed = meanOf(change, cells);
  const stays = before !== undefined && changed < CUT;
  const steady = follow(before?.steady, pixels, stays ? min(1, dtMs / STEADY_MS) : 1);
  const seen = before ? { change, changed } : { change: undefined, changed: undefined };
  return { means, bright, ...seen, ...detailOf(steady), steady };
}

/** What these loops do for each pixel is written out: they run for every picture of every camera. */
const at = (pixels: Uint8Array | Steady, index: number): number => pixels[index] as number;
const isBright = (value: number): number => (BRIGHT - 1 - value) >>> 31;

function lightOf(
  pixels: Uint8Array,
  before: Uint8Array,
): { readonly means: Float32Array; readonly bright: Float32Array; readonly change: Float32Array } {
  const [means, bright, change] = [new Float32Array(CELLS), new Float32Array(CELLS), new Float32Array(CELLS)];
  for (let cell = 0; cell < CELLS; cell += 1) {
    let light = 0;
    let many = 0;
    let moved = 0;
    const first = firstPixelOf(cell);
    for (let p = first; p < first + CELL * GRAY_WIDTH; p += GRAY_WIDTH) {
      const a = at(pixels, p);
      const b = at(pixels, p + 1);
      const c = at(pixels, p + 2);
      const d = at(pixels, p + 3);
      const e = at(pixels, p + 4);
      light += a + b + c + d + e;
      many += isBright(a) + isBright(b) + isBright(c) + isBright(d) + isBright(e);
      moved += abs(a - at(before, p)) + abs(b - at(before, p + 1)) + abs(c - at(before, p + 2));
      moved += abs(d - at(before, p + 3)) + abs(e - at(before, p + 4));
    }
    means[cell] = light / PIXELS;
    bright[cell] = many / PIXELS;
    change[cell] = moved / PIXELS;
  }
  return { means, bright, change };
}

function follow(before: Steady | undefined, pixels: Uint8Array, weight: number): Steady {
  const steady = new Int32Array(pixels.length);
  const share = before ? round(weight * UNIT) : UNIT;
  const rest = UNIT - share;
  const old = before ?? steady;
  for (let index = 0; index < steady.length; index += 1)
    steady[index] = share * at(pixels, index) + ((rest * at(old, index)) >> FRACTION_BITS);
  return steady;
}

/** Of every other pixel, as on a chess board: each pair of neighbours is in it once. The rim is left out. */
function detailOf(steady: Steady): Pick<Features, 'edges' | 'fine'> {
  const [edges, fine] = [new Float32Array(CELLS), new Float32Array(CELLS)];
  for (let cell = 0; cell < CELLS; cell += 1) {
    const x = (cell % COLUMNS) * CELL;
    const y = Math.floor(cell / COLUMNS) * CELL;
    const first = max(1, x);
    const last = min(GRAY_WIDTH - 1, x + CELL);
    const bottom = min(GRAY_HEIGHT - 1, y + CELL);
    let gradient = 0;
    let laplacian = 0;
    for (let line = max(1, y); line < bottom; line += 1) {
      const end = line * GRAY_WIDTH + last;
      for (let p = line * GRAY_WIDTH + first + ((first + line) & 1); p < end; p += 2) {
        const here = at(steady, p);
        const left = here - at(steady, p - 1);
        const right = here - at(steady, p + 1);
        const over = here - at(steady, p - GRAY_WIDTH);
        const under = here - at(steady, p + GRAY_WIDTH);
        gradient += abs(left) + abs(right) + abs(over) + abs(under);
        laplacian += abs(left + right + over + under);
      }
    }
    edges[cell] = sqrt(gradient / PIXELS / UNIT);
    fine[cell] = laplacian / SAMPLED / UNIT;
  }
  return { edges, fine };
}
