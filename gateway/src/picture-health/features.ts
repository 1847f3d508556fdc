import { GRAY_HEIGHT, GRAY_WIDTH } from '../media/gray-frame.js';
import { meanOf } from './compare.js';
import { CELL, CELLS, COLUMNS } from './grid.js';

/** What is measured of a picture, a number a cell of the grid. */
export interface Features {
  /** Mean brightness, 0…255. */
  readonly means: Float32Array;
  /** Square root of the mean gradient: the layout of edges, hardly touched by how strong the light is. */
  readonly edges: Float32Array;
  /** Mean absolute Laplacian: fine detail, the first to go when the lens is out of focus. */
  readonly fine: Float32Array;
  /** Mean absolute difference to the picture before; undefined with the first one. */
  readonly change: Float32Array | undefined;
  /** Mean of `change`. */
  readonly changed: number | undefined;
  /** Share of pixels that are as bright as can be, 0…1. */
  readonly bright: Float32Array;
}

const { abs, sqrt } = Math;
const BRIGHT = 235;
const PIXELS = CELL * CELL;

interface Sums {
  readonly light: Int32Array;
  readonly gradient: Int32Array;
  readonly laplacian: Int32Array;
  readonly bright: Int32Array;
  readonly change: Int32Array;
}

/** Pure. `pixels` and `before` are GRAY_WIDTH × GRAY_HEIGHT bytes; `cells` are those that are looked at. */
export function measure(pixels: Uint8Array, before: Uint8Array | undefined, cells: Uint16Array): Features {
  const sums: Sums = {
    light: new Int32Array(CELLS),
    gradient: new Int32Array(CELLS),
    laplacian: new Int32Array(CELLS),
    bright: new Int32Array(CELLS),
    change: new Int32Array(CELLS),
  };
  for (let y = 0; y < GRAY_HEIGHT; y += 1) addRow(pixels, before ?? pixels, y, sums);
  const change = before && scaled(sums.change);
  return {
    means: scaled(sums.light),
    edges: roots(scaled(sums.gradient)),
    fine: scaled(sums.laplacian),
    change,
    changed: change && meanOf(change, cells),
    bright: scaled(sums.bright),
  };
}

/** The rim of the picture has no neighbours: there the pixel itself stands for them. */
function addRow(pixels: Uint8Array, before: Uint8Array, y: number, sums: Sums): void {
  const row = y * GRAY_WIDTH;
  const up = y === 0 ? 0 : GRAY_WIDTH;
  const down = y === GRAY_HEIGHT - 1 ? 0 : GRAY_WIDTH;
  const last = row + GRAY_WIDTH - 1;
  let cell = Math.floor(y / CELL) * COLUMNS;
  let left = pixels[row] as number;
  let here = left;
  for (let at = row; at <= last; cell += 1) {
    let light = 0;
    let gradient = 0;
    let laplacian = 0;
    let bright = 0;
    let change = 0;
    for (const end = at + CELL; at < end; at += 1) {
      const right = at === last ? here : (pixels[at + 1] as number);
      const below = pixels[at + down] as number;
      light += here;
      gradient += abs(right - here) + abs(below - here);
      laplacian += abs(4 * here - left - right - below - (pixels[at - up] as number));
      if (here >= BRIGHT) bright += 1;
      change += abs(here - (before[at] as number));
      left = here;
      here = right;
    }
    sums.light[cell] = (sums.light[cell] as number) + light;
    sums.gradient[cell] = (sums.gradient[cell] as number) + gradient;
    sums.laplacian[cell] = (sums.laplacian[cell] as number) + laplacian;
    sums.bright[cell] = (sums.bright[cell] as number) + bright;
    sums.change[cell] = (sums.change[cell] as number) + change;
  }
}

function scaled(sums: Int32Array): Float32Array {
  const means = new Float32Array(CELLS);
  for (let cell = 0; cell < CELLS; cell += 1) means[cell] = (sums[cell] as number) / PIXELS;
  return means;
}

function roots(values: Float32Array): Float32Array {
  for (let cell = 0; cell < CELLS; cell += 1) values[cell] = sqrt(values[cell] as number);
  return values;
}
