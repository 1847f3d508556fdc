import { types } from 'node:util';
import { AnGridError } from '@angrid/contract';
import { Secret } from '../secret/secret.js';
import { MASK, type Redactor } from './redactor.js';

const LONGEST_TEXT = 2000;
const LONGEST_STACK = 4000;
const MOST_ITEMS = 50;
const DEEPEST = 8;

type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };

/** Fields of a log line as plain JSON: redacted, errors spelt out, long texts cut, deep and circular values bounded. */
export function plainFields(fields: object, redactor: Redactor): Record<string, Plain> {
  const plain = plainOf(fields, { redactor, above: [] });
  return typeof plain === 'object' && plain !== null && !Array.isArray(plain) ? plain : { value: plain };
}

/** Redacts before it cuts, so that no part of a secret is left at the end. */
export function plainText(text: string, redactor: Redactor, longest = LONGEST_TEXT): string {
  const clean = redactor.redact(text);
  return clean.length <= longest ? clean : `${clean.slice(0, longest)}… (${text.length} characters)`;
}

interface Place {
  readonly redactor: Redactor;
  /** The objects around the value. */
  readonly above: readonly object[];
}

function plainOf(value: unknown, place: Place): Plain {
  switch (typeof value) {
    case 'string':
      return plainText(value, place.redactor);
    case 'number':
      return plainNumber(value, place.redactor);
    case 'bigint':
      return plainText(String(value), place.redactor);
    case 'boolean':
      return value;
    case 'object':
      return value === null ? null : plainObject(value, place);
    case 'undefined':
    case 'function':
    case 'symbol':
      return null;
  }
}

function plainNumber(value: number, redactor: Redactor): Plain {
  if (!Number.isFinite(value)) return String(value);
  const text = String(value);
  return redactor.redact(text) === text ? value : MASK;
}

function plainObject(value: object, { redactor, above }: Place): Plain {
  if (above.includes(value)) return '[circular]';
  if (above.length >= DEEPEST) return '[deep]';
  const inside = { redactor, above: [...above, value] };
  if (value instanceof Secret) return MASK;
  if (isError(value)) return plainError(value, inside);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Map) return plainMembers(Object.fromEntries(value), inside);
  if (value instanceof Set) return plainItems([...value], inside);
  if (Array.isArray(value)) return plainItems(value, inside);
  const replaced = jsonOf(value);
  return replaced === value ? plainMembers(value, inside) : plainOf(replaced, inside);
}

function plainItems(items: readonly unknown[], place: Place): Plain {
  const plain = items.slice(0, MOST_ITEMS).map((item) => plainOf(item, place));
  return items.length <= MOST_ITEMS ? plain : [...plain, `… (${items.length} items)`];
}

function plainMembers(value: object, place: Place): Plain {
  const result: Record<string, Plain> = {};
  for (const [key, member] of membersOf(value)) {
    if (member === undefined || typeof member === 'function') continue;
    result[place.redactor.redact(key)] = place.redactor.isSensitiveKey(key) ? masked(member) : plainOf(member, place);
  }
  return result;
}

/** A getter may throw. */
function membersOf(value: object): [string, unknown][] {
  try {
    return Object.entries(value).slice(0, MOST_ITEMS);
  } catch {
    return [['unprintable', true]];
  }
}

/** Absence and yes or no are not secret. */
function masked(value: unknown): Plain {
  return value === null || typeof value === 'boolean' ? value : MASK;
}

function plainError(error: Error, place: Place): Plain {
  const about = error instanceof AnGridError ? aboutClassified(error) : aboutForeign(error);
  const result: Record<string, Plain> = {};
  for (const [key, value] of Object.entries(about)) {
    if (value === undefined) continue;
    result[key] = plainText(value, place.redactor, key === 'stack' ? LONGEST_STACK : LONGEST_TEXT);
  }
  if (error instanceof AggregateError) result['errors'] = plainItems(error.errors, place);
  if (error.cause !== undefined) result['cause'] = plainOf(error.cause, place);
  return result;
}

/** Errors of another realm are no instance of this one's Error. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

function aboutClassified({ code, op, subject, detail }: AnGridError): Record<string, string | undefined> {
  return { code, op, subject, detail };
}

function aboutForeign(error: Error): Record<string, string | undefined> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { type: error.name, code, message: error.message, stack: error.stack };
}

function jsonOf(value: object): unknown {
  if (!('toJSON' in value) || typeof value.toJSON !== 'function') return value;
  try {
    return value.toJSON() as unknown;
  } catch {
    return '[unprintable]';
  }
}
