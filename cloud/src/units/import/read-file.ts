import { AnGridError } from '@angrid/contract';
import { parse } from 'csv-parse/sync';
import { Unzip, UnzipInflate } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import type { SourceCrs } from '../../schema-units.js';
import type { CodeScheme } from '../codes.js';
import { MOST_ROWS, type ReadRows } from './draft.js';
import { readFeatures } from './read-features.js';
import { type Cell, fieldOf, type Row, readRows } from './read-rows.js';

export type ImportFormat = 'csv' | 'xlsx' | 'geojson';

export interface ImportFile {
  readonly format: ImportFormat;
  readonly bytes: Buffer;
  /** What the outlines are drawn in. */
  readonly crs: SourceCrs;
}

/** Bytes of a file, and of what a spreadsheet unpacks to. */
export const MOST_BYTES = 16 * 1024 * 1024;
const MOST_UNPACKED = 128 * 1024 * 1024;

/** The rows of a file. Throws import.unreadable, and input.too-large beyond the bounds. */
export async function readImport({ format, bytes, crs }: ImportFile, scheme: CodeScheme): Promise<ReadRows> {
  switch (format) {
    case 'csv':
      return readRows(tableOf(csvCells(decoded(bytes))), scheme);
    case 'xlsx':
      return readRows(tableOf(await xlsxCells(bytes)), scheme);
    case 'geojson':
      return readFeatures(jsonOf(decoded(bytes)), crs, scheme);
  }
}

/** UTF-8, or what Chinese spreadsheets write: GBK in its present form, GB 18030. */
function decoded(bytes: Buffer): string {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      continue;
    }
  }
  throw unreadable('neither UTF-8 nor GBK');
}

function csvCells(text: string): Cell[][] {
  try {
    const delimiter = text.slice(0, text.indexOf('\n')).includes('\t') ? '\t' : ',';
    const options = { bom: true, delimiter, relax_column_count: true, to_line: MOST_ROWS + 2, max_record_size: 65_536 };
    const records: string[][] = parse(text, options);
    return records.map((record) => record.map((cell) => ({ text: cell, isNumber: false })));
  } catch (cause) {
    throw unreadable('not a CSV table', cause);
  }
}

async function xlsxCells(bytes: Buffer): Promise<Cell[][]> {
  boundUnpacked(bytes);
  try {
    const rows = await readSheet(bytes);
    return rows.map((row) => row.map((value) => ({ text: textOf(value), isNumber: typeof value === 'number' })));
  } catch (cause) {
    throw unreadable('not an xlsx workbook', cause);
  }
}

/** A small file may unpack to anything: what is too much is noticed before it is kept. */
function boundUnpacked(bytes: Buffer): void {
  let size = 0;
  const unzip = new Unzip((file) => {
    file.ondata = (error, chunk) => {
      if (error) throw unreadable('not an xlsx workbook', error);
      size += chunk.length;
      if (size > MOST_UNPACKED) throw tooLarge();
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length; at += 65_536) unzip.push(bytes.subarray(at, at + 65_536));
    unzip.push(new Uint8Array(), true);
  } catch (cause) {
    throw cause instanceof AnGridError ? cause : unreadable('not an xlsx workbook', cause);
  }
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number' && Number.isInteger(value) && value < 1e21) return BigInt(value).toString();
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The first row has the headings. */
function tableOf([first, ...others]: readonly Cell[][]): Row[] {
  if (others.length > MOST_ROWS) throw tooLarge();
  const fields = (first ?? []).map(({ text }) => fieldOf(text));
  if (!fields.includes('name')) throw unreadable('the first row names no column "name" (名称)');
  const rows = others.map((cells, index) => ({
    row: index + 2,
    cells: Object.fromEntries(cells.flatMap((cell, at) => (fields[at] === undefined ? [] : [[fields[at], cell]]))),
  }));
  return rows.filter(({ cells }) => Object.values(cells).some((cell) => (cell as Cell).text.trim() !== ''));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw unreadable('not JSON', cause);
  }
}

function unreadable(detail: string, cause?: unknown): AnGridError {
  return new AnGridError('import.unreadable', { op: 'units.import', detail, cause });
}

function tooLarge(): AnGridError {
  return new AnGridError('input.too-large', {
    op: 'units.import',
    detail: `${MOST_ROWS} rows, ${MOST_UNPACKED} bytes`,
  });
}
