import { CUT } from '../payload/json.js';

/** What a compiled path reads from: the parsed message and where it came from. */
export interface Scope {
  readonly body: unknown;
  readonly device: string;
  /** Placeholders of the topic, without `{device}`. */
  readonly captures: Readonly<Record<string, string>> | undefined;
  /** Parameters of the request's address. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  /** The item that is read, of a message that is read `each` by. */
  readonly item?: unknown;
}

export type Getter = (scope: Scope) => unknown;
export type TextGetter = (scope: Scope) => string | undefined;

export function compilePath(path: string): Getter {
  if (path === '$device') return (scope) => scope.device;
  if (path.startsWith('$topic.')) {
    const name = path.slice('$topic.'.length);
    return (scope) => scope.captures?.[name];
  }
  if (path.startsWith('$query.')) {
    const name = path.slice('$query.'.length);
    return (scope) => scope.query?.[name];
  }
  if (path === '$item') return (scope) => scope.item;
  if (path.startsWith('$item.')) {
    const names = path.slice('$item.'.length).split('.');
    return (scope) => names.reduce(member, scope.item);
  }
  const [first = '', second, ...more] = path.split('.');
  if (second === undefined) return (scope) => member(scope.body, first);
  if (more.length === 0) return (scope) => member(member(scope.body, first), second);
  return (scope) => more.reduce(member, member(member(scope.body, first), second));
}

/** The first of the paths that carries a value. */
export function compilePaths(paths: string | readonly string[]): Getter {
  const getters = (typeof paths === 'string' ? [paths] : paths).map(compilePath);
  const [only] = getters;
  if (getters.length === 1 && only !== undefined) return only;
  return (scope) => {
    for (const get of getters) {
      const value = get(scope);
      if (isThere(value)) return value;
    }
    return undefined;
  };
}

export function compileText(paths: string | readonly string[]): TextGetter {
  const get = compilePaths(paths);
  return (scope) => textOf(get(scope));
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

/** False for what devices send in place of nothing: null, "" and blanks. */
export function isThere(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'string' || value.trim() !== '';
}

/** Numbers and truth values as texts, because one firmware sends 1 and the next "1". */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === CUT ? undefined : value.trim() || undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** Finite numbers only: 1e999 is a number to JSON, and cannot be written as one again. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const WORD_GAP = /[\s,;]+/;
const TRUE = new Set(['true', '1', 'on', 'yes', 'active']);
const FALSE = new Set(['false', '0', 'off', 'no', 'inactive']);
/** Some devices pad their digits: 000, 001. */
const PADDED = /^00+([01]?)$/;

/** Undefined for what is no spelling of a truth value. */
export function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = textOf(value)?.toLowerCase();
  if (word === undefined) return undefined;
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  const digits = PADDED.exec(word);
  return digits === null ? undefined : digits[1] === '1';
}

/** True where a list of words, between blanks or commas, has one of these; an empty list has none. */
export function hasWord(value: unknown, words: ReadonlySet<string>): boolean {
  return (
    textOf(value)
      ?.split(WORD_GAP)
      .some((word) => words.has(word.toLowerCase())) ?? false
  );
}

/** Bit fields come as numbers, or as texts of decimal digits. */
export function hasBits(value: unknown, bits: number): boolean {
  const number = numberOf(value);
  return number !== undefined && Number.isSafeInteger(number) && (number & bits) !== 0;
}
