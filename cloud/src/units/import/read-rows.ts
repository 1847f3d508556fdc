import { idSchema } from '@angrid/contract';
import { checkCode, type CodeScheme } from '../codes.js';
import type { ReadRows, RowNote, UnitDraft } from './draft.js';

/** A cell as text, and whether the file holds it as a number, of which a spreadsheet keeps fifteen digits. */
export interface Cell {
  readonly text: string;
  readonly isNumber: boolean;
}
export interface Row {
  readonly row: number;
  readonly cells: Partial<Record<Field, Cell>>;
}

const headings = {
  id: ['id', '编号', '单元编号'],
  code: ['code', '代码', '编码', '区划代码', '单元代码', '网格代码'],
  name: ['name', '名称', '单元名称', '网格名称'],
  kind: ['kind', '类型', '单元类型'],
  level: ['level', '级别', '层级'],
  parent: ['parent', '上级', '上级代码', '上级编号'],
  population: ['population', '人口', '人口数', '常住人口'],
  form: ['form', '形式'],
} as const;
export type Field = keyof typeof headings;

const fields = Object.keys(headings) as Field[];

/** Which field a heading names; headings that nobody asked for are passed over. */
export function fieldOf(heading: string): Field | undefined {
  const word = heading.trim().toLowerCase();
  return fields.find((field) => (headings[field] as readonly string[]).includes(word));
}

const KEPT_DIGITS = 15;
const forms = ['place', 'mobile', 'group'] as const;

type Faults = (what: string, values?: RowNote['values']) => void;

/** Rows with their faults; a row with a fault is no draft. */
export function readRows(rows: readonly Row[], scheme: CodeScheme): ReadRows {
  const drafts: UnitDraft[] = [];
  const errors: RowNote[] = [];
  for (const { row, cells } of rows) {
    const before = errors.length;
    const draft = readRow(row, cells, scheme, (what, values = {}) => errors.push({ row, what, values }));
    if (errors.length === before) drafts.push(draft);
  }
  return { drafts, errors };
}

function readRow(row: number, cells: Row['cells'], scheme: CodeScheme, fault: Faults): UnitDraft {
  const text = (field: Field): string => cells[field]?.text.trim() ?? '';
  const name = text('name');
  if (name === '' || name.length > 200) fault('name');
  const id = text('id');
  if (id !== '' && !idSchema.safeParse(id).success) fault('id', { value: id.slice(0, 64) });
  const kind = text('kind');
  if (kind.length > 32) fault('kind', { value: kind.slice(0, 64) });
  const form = text('form');
  const known = forms.find((one) => one === form);
  if (form !== '' && known === undefined) fault('form', { value: form.slice(0, 64) });
  const code = readCode(cells.code, scheme, 'code', fault);
  const parent = readParent(cells.parent, scheme, fault);
  const level = readNumber(text('level'), 9, () => fault('level', { value: text('level').slice(0, 64) }));
  const population = readNumber(text('population'), 100_000_000, () =>
    fault('population', { value: text('population').slice(0, 64) }),
  );
  return {
    row,
    name,
    ...(id === '' ? {} : { id }),
    ...(kind === '' ? {} : { kind }),
    ...(known === undefined ? {} : { form: known }),
    ...(code === undefined ? {} : { code }),
    ...(parent === undefined ? {} : { parent }),
    ...(level === undefined ? {} : { level }),
    ...(population === undefined ? {} : { population }),
  };
}

function readCode(cell: Cell | undefined, scheme: CodeScheme, field: string, fault: Faults): string | undefined {
  const value = cell?.text.trim() ?? '';
  if (value === '' || !cell) return undefined;
  const wrong = checkCode(scheme, value);
  const damaged = cell.isNumber && value.length > KEPT_DIGITS ? 'rounded' : wrong;
  if (damaged) fault(`code.${damaged}`, { field, value: value.slice(0, 64), scheme: scheme.id });
  return damaged ? undefined : scheme.canonical(value);
}

/** A unit above is named by its code, or by an id of our own, which need not be one. */
function readParent(cell: Cell | undefined, scheme: CodeScheme, fault: Faults): string | undefined {
  const value = cell?.text.trim() ?? '';
  if (value === '' || !cell) return undefined;
  if (idSchema.safeParse(value).success && /\D/.test(value) && !/^\d+[eE]/.test(value)) return value;
  return readCode(cell, scheme, 'parent', fault);
}

function readNumber(text: string, most: number, fault: () => void): number | undefined {
  if (text === '') return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= most) return value;
  fault();
  return undefined;
}
