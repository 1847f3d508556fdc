import { EXAMPLE_DEVICE } from '../examples/run-examples.js';
import { CUT } from '../payload/json.js';
import { readMoment } from '../payload/moment.js';
import { isCodeName, isRecordNumber, isPrivateName, isTimeName, isTradeTalk } from './words.js';

const KEPT_LENGTH = 64;
const PICTURE = 'AAAAAAAA';
const KEY = /^(?:[A-Za-z_@][A-Za-z0-9_-]{0,47}|\d{1,3})$/;
const CODE = /^[A-Za-z][A-Za-z0-9_.:/-]{0,47}$/;
const MANY_DIGITS = /\d{5}/;
const ADDRESS = /@|:\/\/|\d+\.\d+\.\d+\.\d+|[a-z0-9-]\.(?:com|cn|net|org|io|local|lan|home|internal)\b/i;
const SMALL = /^[-+]?\d{1,5}(?:\.\d{1,3})?$/;
const TRUTH = /^(?:true|false|yes|no|on|off)$/i;
const CLOCK = /^[\dTZ /.,:+-]{16,35}$/;
const EPOCH = { s: [1e9, 4.1e9], ms: [1e12, 4.1e12] } as const;
const LARGEST = 99_999;
const LARGEST_COUNT = 999_999_999;
const LEVELS = 40;

/** What a value is known by: the names above it, of which one that is private makes all below it private. */
export interface Place {
  readonly name: string;
  readonly isPrivate: boolean;
  /** The device's own id, which becomes that of the examples. */
  readonly device: string;
}

export function placeOf(device: string): Place {
  return { name: '', isPrivate: false, device };
}

export function placeIn(place: Place, name: string): Place {
  return { ...place, name, isPrivate: place.isPrivate || isPrivateName(name) };
}

/**
 * The value without anything that could be about a person. Only what is clearly no such thing stays: truth values,
 * small numbers, times, codes in fields that hold codes, and words of this trade. All else becomes a placeholder of the
 * same shape.
 */
export function redactValue(value: unknown, place: Place, level = 0): unknown {
  if (typeof value === 'string') return redactText(value, place);
  if (typeof value === 'number') return redactNumber(value, place);
  if (typeof value !== 'object' || value === null) return value;
  if (level > LEVELS) return null;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, place, level + 1));
  const members = Object.entries(value).map(([key, member]): [string, unknown] => [
    redactKey(key, place.device),
    redactValue(member, placeIn(place, key), level + 1),
  ]);
  return Object.fromEntries(members);
}

export function redactText(text: string, { name, isPrivate, device }: Place): string {
  const word = text.trim();
  if (word === '') return '';
  if (word === CUT || text.length > 512) return PICTURE;
  if (device !== '' && word === device) return EXAMPLE_DEVICE;
  if (TRUTH.test(word)) return word;
  if (!isPrivate && !holdsDevice(word, device) && isHarmless(word, name)) return word;
  return shapeOf(word);
}

function isHarmless(word: string, name: string): boolean {
  if (SMALL.test(word) || isTime(word) || isTradeTalk(word)) return true;
  if (isRecordNumber(name) && /^\d{1,9}$/.test(word)) return true;
  if (isTimeName(name) && isEpoch(Number(word))) return true;
  return isCodeName(name) && CODE.test(word) && !MANY_DIGITS.test(word) && !ADDRESS.test(word);
}

function holdsDevice(word: string, device: string): boolean {
  return device.length >= 4 && word.includes(device);
}

export function isTime(word: string): boolean {
  return CLOCK.test(word) && readMoment(word, 'iso') !== undefined;
}

export function isEpoch(value: number): boolean {
  return Object.values(EPOCH).some(([from, to]) => value >= from && value < to);
}

function redactNumber(value: number, { name, isPrivate }: Place): number {
  if (!Number.isFinite(value)) return 0;
  const isFine = Number.isInteger(value) || /^-?\d+\.\d{1,3}$/.test(String(value));
  const small = isRecordNumber(name) ? LARGEST_COUNT : LARGEST;
  if (!isPrivate && isFine && (Math.abs(value) <= small || (isTimeName(name) && isEpoch(value)))) return value;
  const digits = Math.min(15, String(Math.trunc(Math.abs(value))).replace(/\D/g, '').length);
  return Math.sign(value) * 10 ** (digits - 1);
}

/** Keys are structure; one that is somebody's number, name or address is not. */
export function redactKey(key: string, device: string): string {
  if (device !== '' && key === device) return EXAMPLE_DEVICE;
  const isPlain = KEY.test(key) && !MANY_DIGITS.test(key) && !holdsDevice(key, device);
  return isPlain && !(key in Object.prototype) ? key : shapeOf(key);
}

/** `Li Wei 138` → `Xx Xxx 000`: the kinds of its characters, and nothing else of it. */
export function shapeOf(text: string): string {
  const shape = [...text.slice(0, KEPT_LENGTH)].map(signOf).join('');
  return shape === text && /[\p{L}\p{N}]/u.test(text) ? shape.replace(/[x0X某]/, '-') : shape;
}

function signOf(sign: string): string {
  if (/\p{N}/u.test(sign)) return '0';
  if (/\p{Script=Han}/u.test(sign)) return '某';
  if (/\p{Lu}/u.test(sign)) return 'X';
  if (/\p{L}|\p{M}/u.test(sign)) return 'x';
  return /[ !-.:-@[-`{|}]/.test(sign) || sign === '/' ? sign : '_';
}
