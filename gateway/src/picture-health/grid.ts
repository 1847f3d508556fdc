import { GRAY_HEIGHT, GRAY_WIDTH } from '../media/gray-frame.js';

/** The picture is judged by cells of this many pixels, squared. */
export const CELL = 5;
export const COLUMNS = GRAY_WIDTH / CELL;
export const ROWS = GRAY_HEIGHT / CELL;
export const CELLS = COLUMNS * ROWS;

/** Its first row is that of the cell, and the first pixel in it. */
export function firstPixelOf(cell: number): number {
  return Math.floor(cell / COLUMNS) * CELL * GRAY_WIDTH + (cell % COLUMNS) * CELL;
}

type Polygon = readonly (readonly [number, number])[];

/**
 * The cells that are looked at: all but those that a mask touches. `masks` are polygons in fractions of the picture.
 * A cell is touched where one of its corners or its middle lies in a polygon, or a corner of the polygon in the cell.
 */
export function usableCells(masks: readonly Polygon[]): Uint16Array {
  const usable: number[] = [];
  for (let cell = 0; cell < CELLS; cell += 1) if (!masks.some((mask) => touches(mask, cell))) usable.push(cell);
  return Uint16Array.from(usable);
}

function touches(mask: Polygon, cell: number): boolean {
  const left = (cell % COLUMNS) / COLUMNS;
  const top = Math.floor(cell / COLUMNS) / ROWS;
  const inCell = ([x, y]: readonly [number, number]): boolean =>
    x >= left && x <= left + 1 / COLUMNS && y >= top && y <= top + 1 / ROWS;
  if (mask.some(inCell)) return true;
  for (const dy of [0, 0.5, 1])
    for (const dx of [0, 0.5, 1]) if (contains(mask, left + dx / COLUMNS, top + dy / ROWS)) return true;
  return false;
}

function contains(mask: Polygon, x: number, y: number): boolean {
  let inside = false;
  mask.forEach(([x1, y1], index) => {
    const [x2, y2] = mask[(index + 1) % mask.length] ?? [x1, y1];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}
