export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rectangle extends Point, Size {}

/** So that it keeps its shape and no side is longer than `longest` pixels. */
export function fit({ width, height }: Size, longest: number): Size {
  const factor = Math.min(1, longest / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** The part of the picture between two points, wherever a finger began and ended; whole pixels, at least one. */
export function between(from: Point, to: Point, { width, height }: Size): Rectangle {
  const [left, right] = ordered(from.x, to.x, width);
  const [top, bottom] = ordered(from.y, to.y, height);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function ordered(a: number, b: number, size: number): readonly [number, number] {
  const low = Math.min(Math.max(Math.floor(Math.min(a, b)), 0), size - 1);
  return [low, Math.min(Math.max(Math.ceil(Math.max(a, b)), low + 1), size)];
}

const CELLS = 5;

/**
 * Makes a part of a picture unreadable for good: what stays of it is the mean of at most 5 × 5 fields.
 * @param data RGBA, row by row.
 */
export function coarsen(data: Uint8ClampedArray, { width, height }: Size): void {
  const columns = Math.min(CELLS, width);
  const rows = Math.min(CELLS, height);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const field = { x: cut(column, columns, width), y: cut(row, rows, height) };
      level(data, width, {
        x: field.x,
        y: field.y,
        toX: cut(column + 1, columns, width),
        toY: cut(row + 1, rows, height),
      });
    }
  }
}

function cut(index: number, parts: number, size: number): number {
  return Math.round((index * size) / parts);
}

interface Field extends Point {
  readonly toX: number;
  readonly toY: number;
}

function level(data: Uint8ClampedArray, width: number, { x, y, toX, toY }: Field): void {
  const count = (toX - x) * (toY - y);
  if (count === 0) return;
  for (let channel = 0; channel < 3; channel += 1) {
    let sum = 0;
    for (let row = y; row < toY; row += 1)
      for (let column = x; column < toX; column += 1) sum += data[(row * width + column) * 4 + channel] ?? 0;
    for (let row = y; row < toY; row += 1)
      for (let column = x; column < toX; column += 1) data[(row * width + column) * 4 + channel] = sum / count;
  }
}
