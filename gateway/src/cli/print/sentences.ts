import type { Colour, View } from './view.js';
import { wrap } from './width.js';

/** Prose in lines that fit the terminal, in a colour where one is given. */
export function sentences(text: string, view: View, colour?: Colour): string {
  const lines = wrap(text, view.columns);
  return lines.map((line) => (colour === undefined ? line : view.paint(colour, line))).join('\n');
}
