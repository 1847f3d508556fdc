import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/** One line of a sheet as texts, with the number that a person sees beside it. */
export interface TableRow {
  readonly number: number;
  readonly cells: readonly string[];
}

export type TableFault = 'missing' | 'too-large' | 'unreadable';

/** A sheet that cannot be read at all. */
export class TableError extends Error {
  constructor(
    readonly fault: TableFault,
    readonly reason: string,
  ) {
    super(`${fault}: ${reason}`);
  }
}

export const tableLimits = { bytes: 10 * 1024 * 1024, rows: 5000, cellLength: 1000 } as const;
/** What an .xlsx file, a zip archive, begins with. */
const ZIP = 'PK';

/** The lines of an .xlsx or .csv file, without the empty ones. Throws TableError. */
export async function readTable(file: string): Promise<TableRow[]> {
  const bytes = await contentOf(file);
  const isWorkbook = bytes.subarray(0, 2).toString('latin1') === ZIP;
  const rows = isWorkbook ? await readWorkbook(bytes) : readCsv(textOf(bytes));
  if (rows.length > tableLimits.rows) throw new TableError('too-large', `${rows.length} > ${tableLimits.rows}`);
  return rows;
}

async function contentOf(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > tableLimits.bytes) throw new TableError('too-large', `${size} > ${tableLimits.bytes}`);
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof TableError) throw cause;
    throw new TableError('missing', (cause as NodeJS.ErrnoException).code ?? String(cause));
  }
}

async function readWorkbook(bytes: Buffer): Promise<TableRow[]> {
  try {
    // Loaded here, so that no other command pays for it.
    const { readSheet } = await import('read-excel-file/node');
    const rows = await readSheet<string>(bytes, 1, { parseNumber: (text) => text, trim: true });
    return numbered(rows.map((cells) => cells.map(cellText)));
  } catch (cause) {
    throw new TableError('unreadable', cause instanceof Error ? cause.message : String(cause));
  }
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  return cell instanceof Date ? cell.toISOString() : String(cell as string | number | boolean);
}

/** Excel writes UTF-8, UTF-16 or, in China, GB 18030. */
export function textOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

interface CsvRecord {
  readonly record: readonly string[];
  /** The line on which the record ends. */
  readonly info: { readonly lines: number };
}

/** Comma, semicolon or tab, whichever the first line has most of. A quoted cell may hold any of them. */
export function readCsv(text: string): TableRow[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      delimiter: delimiterOf(text),
      max_record_size: 64 * 1024,
    }) as unknown as CsvRecord[];
    const rows = records.map(({ record, info }) => ({
      number: firstLine(record, info.lines),
      cells: record.map(String),
    }));
    return rows.filter(hasText).map(bounded);
  } catch (cause) {
    throw new TableError('unreadable', cause instanceof Error ? cause.message : String(cause));
  }
}

/** A cell of several lines makes its record begin as many lines earlier. */
function firstLine(record: readonly string[], lastLine: number): number {
  return lastLine - (record.join('').split('\n').length - 1);
}

function delimiterOf(text: string): string {
  const [first = ''] = text.split('\n', 1);
  const count = (delimiter: string): number => first.split(delimiter).length;
  const candidates = [',', ';', '\t'];
  return candidates.sort((a, b) => count(b) - count(a))[0] ?? ',';
}

function numbered(rows: readonly (readonly string[])[]): TableRow[] {
  return rows
    .map((cells, index) => ({ number: index + 1, cells }))
    .filter(hasText)
    .map(bounded);
}

function hasText({ cells }: TableRow): boolean {
  return cells.some((cell) => cell.trim() !== '');
}

function bounded({ number, cells }: TableRow): TableRow {
  return { number, cells: cells.slice(0, 64).map((cell) => cell.trim().slice(0, tableLimits.cellLength)) };
}
