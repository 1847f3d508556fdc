import type { Random } from './random.js';

const { floor, max, min, round } = Math;

/** What a camera films: twice as wide and high as what its lens shows. */
export const CANVAS_WIDTH = 512;
export const CANVAS_HEIGHT = 288;
/** The picture that goes to the encoder. */
export const FILM_WIDTH = 320;
export const FILM_HEIGHT = 180;

export type Layer = Float32Array;

export function blank(value = 0): Layer {
  return new Float32Array(CANVAS_WIDTH * CANVAS_HEIGHT).fill(value);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function paintBox(layer: Layer, { x, y, width, height }: Box, value: number): void {
  for (let row = max(0, round(y)); row < min(CANVAS_HEIGHT, round(y + height)); row += 1) {
    const from = max(0, round(x));
    const to = min(CANVAS_WIDTH, round(x + width));
    if (to > from) layer.fill(value, row * CANVAS_WIDTH + from, row * CANVAS_WIDTH + to);
  }
}

export function paintBlob(
  layer: Layer,
  at: { readonly x: number; readonly y: number; readonly radius: number },
  value: number,
): void {
  const { x, y, radius } = at;
  for (let row = max(0, floor(y - radius)); row < min(CANVAS_HEIGHT, y + radius); row += 1) {
    for (let column = max(0, floor(x - radius)); column < min(CANVAS_WIDTH, x + radius); column += 1) {
      if ((row - y) ** 2 + (column - x) ** 2 < radius ** 2) layer[row * CANVAS_WIDTH + column] = value;
    }
  }
}

/** Multiplies a band of the layer with a grain of that strength: asphalt, plaster, leaves. */
export function grain(
  layer: Layer,
  box: Box,
  { strength, random }: { readonly strength: number; readonly random: Random },
): void {
  for (let row = max(0, round(box.y)); row < min(CANVAS_HEIGHT, box.y + box.height); row += 1) {
    for (let x = max(0, round(box.x)); x < min(CANVAS_WIDTH, box.x + box.width); x += 1) {
      const at = row * CANVAS_WIDTH + x;
      layer[at] = (layer[at] ?? 0) * (1 + random.normal() * strength);
    }
  }
}

/** Where the lens looks: middle of the picture on the canvas, turned by `angle` (radians), closer by `zoom`. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
  readonly zoom: number;
}

export const straight: View = { x: CANVAS_WIDTH / 2, y: CANVAS_HEIGHT / 2, angle: 0, zoom: 1 };

/** The place on the canvas of each pixel of the film; the rim of the canvas goes on for ever. */
export function placesOf({ x, y, angle, zoom }: View): Uint32Array {
  const places = new Uint32Array(FILM_WIDTH * FILM_HEIGHT);
  const cos = Math.cos(angle) / zoom;
  const sin = Math.sin(angle) / zoom;
  for (let row = 0; row < FILM_HEIGHT; row += 1) {
    for (let column = 0; column < FILM_WIDTH; column += 1) {
      const dx = column - FILM_WIDTH / 2;
      const dy = row - FILM_HEIGHT / 2;
      const cx = min(CANVAS_WIDTH - 1, max(0, round(x + dx * cos - dy * sin)));
      const cy = min(CANVAS_HEIGHT - 1, max(0, round(y + dx * sin + dy * cos)));
      places[row * FILM_WIDTH + column] = cy * CANVAS_WIDTH + cx;
    }
  }
  return places;
}
