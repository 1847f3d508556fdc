import { printable } from './printable.js';
import type { Colour, View } from './view.js';
import { padTo, widthOf, wrap } from './width.js';

export type Cell = string | number | undefined | { readonly text: string; readonly colour: Colour };

const GAP = 2;
const NARROWEST = 8;

/**
 * Columns under their heads, as wide as their contents. Where they do not fit, the widest ones are wrapped; the first,
 * which people copy (an id, an address), only when the others can give no more.
 */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[], view: View): string {
  const texts = rows.map((row) => row.map(textOf));
  const widths = fit(
    heads.map((head, column) => Math.max(widthOf(head), ...texts.map((row) => widestLine(row[column] ?? '')))),
    view.columns,
  );
  const lines = [view.paint('dim', lineOf(heads, widths).join('\n'))];
  for (const [index, row] of texts.entries()) {
    lines.push(...lineOf(row, widths, (column, part) => paintCell(rows[index]?.[column], part, view)));
  }
  return lines.join('\n');
}

/** `name  value`, one a line; what is undefined is left out. */
export function facts(pairs: readonly (readonly [string, Cell])[], view: View): string {
  const given = pairs.filter(([, cell]) => cell !== undefined);
  const width = Math.max(0, ...given.map(([name]) => widthOf(name)));
  const lines: string[] = [];
  for (const [name, cell] of given) {
    const parts = wrap(textOf(cell), Math.max(NARROWEST, view.columns - width - GAP));
    for (const [index, part] of parts.entries()) {
      const head = view.paint('dim', padTo(index === 0 ? name : '', width));
      lines.push(`${head}${' '.repeat(GAP)}${paintCell(cell, part, view)}`);
    }
  }
  return lines.join('\n');
}

type Paint = (column: number, part: string) => string;

function lineOf(texts: readonly string[], widths: readonly number[], paint: Paint = (_, part) => part): string[] {
  const cells = widths.map((width, column) => wrap(texts[column] ?? '', width));
  const height = Math.max(...cells.map((parts) => parts.length));
  const lines: string[] = [];
  for (let row = 0; row < height; row += 1) {
    const parts = cells.map((cell, column) => {
      const last = column === widths.length - 1;
      const part = cell[row] ?? '';
      const blank = last ? '' : ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(part)) + GAP);
      return paint(column, part) + blank;
    });
    lines.push(parts.join('').trimEnd());
  }
  return lines;
}

/** Takes from the widest column until the line fits, or none can give more. */
function fit(wanted: readonly number[], columns: number): number[] {
  const [first = 0, ...others] = wanted;
  const room = columns - GAP * others.length;
  let over = first + sum(others) - room;
  for (; over > 0; over -= 1) {
    const widest = others.indexOf(Math.max(...others));
    const width = others[widest] ?? 0;
    if (width <= NARROWEST) break;
    others[widest] = width - 1;
  }
  return [over > 0 ? Math.max(NARROWEST, first - over) : first, ...others];
}

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function widestLine(text: string): number {
  return Math.max(...text.split('\n').map(widthOf));
}

function textOf(cell: Cell): string {
  if (cell === undefined) return '';
  return printable(typeof cell === 'object' ? cell.text : String(cell));
}

function paintCell(cell: Cell, part: string, view: View): string {
  return typeof cell === 'object' && part !== '' ? view.paint(cell.colour, part) : part;
}
