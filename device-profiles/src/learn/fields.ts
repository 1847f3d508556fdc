import { pathSchema } from '../format/primitives.js';
import { isThere, textOf } from '../compile/value.js';
import { CUT } from '../payload/json.js';
import { placeIn, placeOf } from './redact.js';

/** A message that was recorded, redacted and read: what the guesses are made of. */
export interface Seen {
  /** Name under transport.up. */
  readonly on: string;
  readonly value: unknown;
  readonly query: Readonly<Record<string, unknown>> | undefined;
}

/** One value of a message and the path by which a profile reads it. */
export interface Leaf {
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly raw: unknown;
}

const MOST_LEAVES = 400;
const ITEM = '$item';

/** The single values of a message; `each` names a list whose first item stands for all of them. */
export function leavesOf({ value, query }: Seen, each: string | undefined): Leaf[] {
  const leaves: Leaf[] = [];
  if (each === undefined) collect(value, [], leaves);
  else collect(firstOf((value as Record<string, unknown> | undefined)?.[each]), [ITEM], leaves);
  for (const [key, one] of Object.entries(query ?? {})) add(`$query.${key}`, key, one, leaves);
  return leaves;
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : list;
}

function collect(value: unknown, path: readonly string[], leaves: Leaf[]): void {
  if (leaves.length >= MOST_LEAVES || Array.isArray(value)) return;
  if (typeof value !== 'object' || value === null) return add(path.join('.'), path.at(-1) ?? '', value, leaves);
  for (const [key, member] of Object.entries(value)) collect(member, [...path, key], leaves);
}

function add(path: string, name: string, raw: unknown, leaves: Leaf[]): void {
  const text = textOf(raw);
  if (text !== undefined && isPath(path)) leaves.push({ path, name, text, raw });
}

function isPath(path: string): boolean {
  return pathSchema.safeParse(path).success;
}

/** Where lists lie, for the author who may want to read them item by item. */
export function listsOf(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null || path.length > 6) return [];
  if (Array.isArray(value)) return value.some((item) => typeof item === 'object') ? [path.join('.')] : [];
  return Object.entries(value).flatMap(([key, member]) => listsOf(member, [...path, key]));
}

export interface Personal {
  readonly pictures: readonly string[];
  readonly drop: readonly string[];
}

const PLACEHOLDER = /某|^AAAAAAAA$|^0{6,}$|^1?0{6,}$/;
const PICTURE = /pic$|image|photo|snap/i;

/** Every field that speaks of a person by its name or by what was put in place of its value; lists without an index. */
export function personalIn(messages: readonly Seen[]): Personal {
  const pictures = new Set<string>();
  const drop = new Set<string>();
  const note = (path: string, name: string, value: unknown, isPrivate: boolean): void => {
    if (!isThere(value) || !isPath(path)) return;
    const text = textOf(value) ?? '';
    if (text === 'AAAAAAAA' || value === CUT || PICTURE.test(name)) pictures.add(path);
    else if (isPrivate || PLACEHOLDER.test(text)) drop.add(path);
  };
  for (const { value, query } of messages) {
    walk(value, { path: [], isPrivate: false }, note);
    for (const [key, one] of Object.entries(query ?? {})) {
      note(`$query.${key}`, key, one, placeIn(placeOf(''), key).isPrivate);
    }
  }
  return { pictures: [...pictures].slice(0, 64), drop: [...drop].slice(0, 128) };
}

type Note = (path: string, name: string, value: unknown, isPrivate: boolean) => void;

interface Position {
  readonly path: readonly string[];
  readonly isPrivate: boolean;
}

function walk(value: unknown, { path, isPrivate }: Position, note: Note): void {
  if (path.length > 8) return;
  if (Array.isArray(value)) {
    for (const item of value.slice(0, MOST_LEAVES)) {
      if (typeof item === 'object') walk(item, { path, isPrivate }, note);
      else note(path.join('.'), path.at(-1) ?? '', item, isPrivate);
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return note(path.join('.'), path.at(-1) ?? '', value, isPrivate);
  for (const [key, member] of Object.entries(value)) {
    const place = placeIn({ ...placeOf(''), isPrivate }, key);
    walk(member, { path: [...path, key], isPrivate: place.isPrivate }, note);
  }
}
