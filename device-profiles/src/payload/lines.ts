import type { Profile } from '../format/profile.js';
import type { BodyReader } from './body.js';
import { CUT, payloadLimits } from './json.js';
import { malformed } from './malformed.js';

type Lines = NonNullable<Profile['read']['lines']>;

const SEPARATORS = { tab: '\t', comma: ',', newline: '\n' } as const;

/** A text of lines becomes `{ lines: [{ name: text, … }, …] }`. */
export function compileLines({ separator = 'tab', columns = [], pair }: Lines): BodyReader {
  const between = SEPARATORS[separator];
  return (body) => {
    const found = linesOf(body);
    if (found.length === 0) throw malformed('empty', 'no line');
    const lines = separator === 'newline' ? [found.join('\n')] : found;
    const counter = { values: 0, cuts: 0 };
    const rows = lines.map((line) => readLine(line.split(between), { columns, pair, counter }));
    return { value: { lines: rows }, cuts: counter.cuts };
  };
}

function linesOf(body: Buffer): string[] {
  return body
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

interface LineRule {
  readonly columns: readonly string[];
  readonly pair: Lines['pair'];
  readonly counter: { values: number; cuts: number };
}

function readLine(cells: readonly string[], { columns, pair, counter }: LineRule): Record<string, string> {
  counter.values += cells.length;
  if (counter.values > payloadLimits.values) {
    throw malformed('too-many-values', `more than ${payloadLimits.values} values`);
  }
  const row = Object.create(null) as Record<string, string>;
  for (const [index, cell] of cells.entries()) {
    const { name, text } = named(cell, columns[index], pair);
    if (name === undefined || name === '-' || name in row) continue;
    if (text.length > payloadLimits.textBytes) counter.cuts += 1;
    row[name] = text.length > payloadLimits.textBytes ? CUT : text;
  }
  return row;
}

/** A cell says its own name where it can; else its column does. */
function named(
  cell: string,
  column: string | undefined,
  pair: string | undefined,
): { name: string | undefined; text: string } {
  const cut = pair === undefined ? -1 : cell.indexOf(pair);
  if (cut <= 0 || pair === undefined) return { name: column, text: cell.trim() };
  return { name: lastWord(cell.slice(0, cut)), text: cell.slice(cut + pair.length).trim() };
}

/** A line may begin with the name of its table: `transaction cardno=0`. */
function lastWord(text: string): string {
  const name = text.trim();
  return name.slice(name.lastIndexOf(' ') + 1);
}
