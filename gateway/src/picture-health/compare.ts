import { COLUMNS, ROWS } from './grid.js';

/** Mean over the given cells; 0 of none. */
export function meanOf(values: Float32Array, cells: Uint16Array): number {
  let sum = 0;
  for (const cell of cells) sum += values[cell] ?? 0;
  return cells.length === 0 ? 0 : sum / cells.length;
}

export function deviationOf(values: Float32Array, cells: Uint16Array): number {
  const mean = meanOf(values, cells);
  let sum = 0;
  for (const cell of cells) sum += ((values[cell] ?? 0) - mean) ** 2;
  return cells.length === 0 ? 0 : Math.sqrt(sum / cells.length);
}

const STEPS_A_UNIT = 4;
const STEPS = 1024;

/** The value that `share` (0…1) of the given cells do not exceed, to a quarter of a unit; at most 256. */
export function quantileOf(values: Float32Array, cells: Uint16Array, share: number): number {
  const counts = new Uint16Array(STEPS);
  for (const cell of cells) {
    const step = Math.min(STEPS - 1, Math.floor((values[cell] ?? 0) * STEPS_A_UNIT));
    counts[step] = (counts[step] ?? 0) + 1;
  }
  let left = share * cells.length;
  let step = 0;
  for (; step < STEPS - 1; step += 1) {
    left -= counts[step] ?? 0;
    if (left < 0) break;
  }
  return step / STEPS_A_UNIT;
}

export function shareOf(cells: Uint16Array, holds: (cell: number) => boolean): number {
  let count = 0;
  for (const cell of cells) if (holds(cell)) count += 1;
  return cells.length === 0 ? 0 : count / cells.length;
}

/** Sums of a normalised cross-correlation; written out, since it is made hundreds of times for one shift. */
interface Sums {
  readonly count: number;
  readonly a: number;
  readonly b: number;
  readonly aa: number;
  readonly bb: number;
  readonly ab: number;
}

/** −1…1; 0 where one side is all the same, or nothing was added. */
function normalised({ count, a, b, aa, bb, ab }: Sums): number {
  const spread = (count * aa - a * a) * (count * bb - b * b);
  return spread > 1e-6 ? (count * ab - a * b) / Math.sqrt(spread) : 0;
}

/** Normalised cross-correlation of two maps, −1…1: of the one at `cells` with the other at `others`. */
export function correlate(one: Float32Array, other: Float32Array, cells: Uint16Array, others = cells): number {
  let a = 0;
  let b = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let index = 0; index < cells.length; index += 1) {
    const left = one[cells[index] as number] as number;
    const right = other[others[index] as number] as number;
    a += left;
    b += right;
    aa += left * left;
    bb += right * right;
    ab += left * right;
  }
  return normalised({ count: cells.length, a, b, aa, bb, ab });
}

export interface Shift {
  /** Cells to the right and down. */
  readonly dx: number;
  readonly dy: number;
  readonly correlation: number;
}

const { max, min } = Math;
const MOST_X = 9;
const MOST_Y = 5;

/** By how much `now` is shifted against `reference`, as far as the two overlap by half; never by nothing. */
export function findShift(now: Float32Array, reference: Float32Array, cells: Uint16Array): Shift {
  const usable = new Uint8Array(now.length);
  for (const cell of cells) usable[cell] = 1;
  const [here, there] = [new Uint16Array(cells.length), new Uint16Array(cells.length)];
  let best: Shift = { dx: 0, dy: 0, correlation: -1 };
  for (let dy = -MOST_Y; dy <= MOST_Y; dy += 1) {
    for (let dx = -MOST_X; dx <= MOST_X; dx += 1) {
      if (dx === 0 && dy === 0) continue;
      const count = overlap({ dx, dy, usable }, here, there);
      const correlation = correlate(now, reference, here.subarray(0, count), there);
      if (correlation > best.correlation) best = { dx, dy, correlation };
    }
  }
  return best;
}

interface Shifting {
  readonly dx: number;
  readonly dy: number;
  readonly usable: Uint8Array;
}

/** Fills both with the cells that lie over each other, and gives how many they are. */
function overlap({ dx, dy, usable }: Shifting, here: Uint16Array, there: Uint16Array): number {
  let count = 0;
  const back = dy * COLUMNS + dx;
  for (let y = max(0, dy); y < min(ROWS, ROWS + dy); y += 1) {
    const last = y * COLUMNS + min(COLUMNS, COLUMNS + dx);
    for (let cell = y * COLUMNS + max(0, dx); cell < last; cell += 1) {
      if (usable[cell] !== 1 || usable[cell - back] !== 1) continue;
      here[count] = cell;
      there[count] = cell - back;
      count += 1;
    }
  }
  return count;
}
