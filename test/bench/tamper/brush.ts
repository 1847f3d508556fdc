import { FILM_HEIGHT, FILM_WIDTH } from './canvas.js';

const { exp, floor, max, min, round } = Math;

/** A picture of the film, FILM_WIDTH × FILM_HEIGHT bytes. */
export type Picture = Uint8ClampedArray;

export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Paints a box of one shade; `stripe` alternates it, for what has a texture of its own. */
export function box(picture: Picture, { x, y, width, height }: Spot, shade: number, stripe = 0): void {
  const [from, to] = [max(0, round(x)), min(FILM_WIDTH, round(x + width))];
  for (let row = max(0, round(y)); row < min(FILM_HEIGHT, round(y + height)); row += 1)
    for (let column = from; column < to; column += 1)
      picture[row * FILM_WIDTH + column] = shade + (stripe && (column >> 3) & 1 ? stripe : 0);
}

/** A soft light: adds `strength` in the middle, and less outwards. */
export function glow(
  picture: Picture,
  at: { readonly x: number; readonly y: number; readonly radius: number },
  strength: number,
): void {
  const { x, y, radius } = at;
  const reach = radius * 2;
  for (let row = max(0, floor(y - reach)); row < min(FILM_HEIGHT, y + reach); row += 1)
    for (let column = max(0, floor(x - reach)); column < min(FILM_WIDTH, x + reach); column += 1) {
      const distance = ((row - y) ** 2 + (column - x) ** 2) / radius ** 2;
      if (distance < 4)
        picture[row * FILM_WIDTH + column] = (picture[row * FILM_WIDTH + column] ?? 0) + strength * exp(-2 * distance);
    }
}

/** Every pixel becomes `value · factor + offset`. */
export function fade(picture: Picture, factor: number, offset = 0): void {
  for (let at = 0; at < picture.length; at += 1) picture[at] = (picture[at] ?? 0) * factor + offset;
}

/** Box blur of that radius, three times over: nearly what a lens out of focus does. */
export function blur(picture: Picture, radius: number): void {
  const whole = round(radius);
  if (whole < 1) return;
  const row = new Float32Array(FILM_WIDTH);
  const column = new Float32Array(FILM_HEIGHT);
  for (let pass = 0; pass < 3; pass += 1) {
    for (let y = 0; y < FILM_HEIGHT; y += 1) smooth(picture, { first: y * FILM_WIDTH, step: 1, radius: whole }, row);
    for (let x = 0; x < FILM_WIDTH; x += 1) smooth(picture, { first: x, step: FILM_WIDTH, radius: whole }, column);
  }
}

interface Line {
  readonly first: number;
  readonly step: number;
  readonly radius: number;
}

function smooth(picture: Picture, { first, step, radius }: Line, line: Float32Array): void {
  const count = line.length;
  const at = (index: number): number => picture[first + min(count - 1, max(0, index)) * step] ?? 0;
  let sum = 0;
  for (let index = -radius; index <= radius; index += 1) sum += at(index);
  for (let index = 0; index < count; index += 1) {
    line[index] = sum / (2 * radius + 1);
    sum += at(index + radius + 1) - at(index - radius);
  }
  for (let index = 0; index < count; index += 1) picture[first + index * step] = line[index] ?? 0;
}

const DIGITS = [0o75557, 0o22222, 0o71747, 0o71717, 0o55711, 0o74717, 0o74757, 0o71111, 0o75757, 0o75717];

/** The clock that most cameras write into the picture. */
export function clockText(picture: Picture, seconds: number): void {
  const text = String(floor(seconds)).padStart(6, '0').slice(-6);
  [...text].forEach((digit, index) => {
    const shape = DIGITS[Number(digit)] ?? 0;
    for (let bit = 0; bit < 15; bit += 1) {
      const lit = (shape >> (14 - bit)) & 1;
      box(
        picture,
        { x: 8 + index * 8 + (bit % 3) * 2, y: 6 + floor(bit / 3) * 2, width: 2, height: 2 },
        lit ? 245 : 20,
      );
    }
  });
}
