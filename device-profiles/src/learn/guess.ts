import type { Message } from '../format/message.js';
import { isPersonalName } from '../lint/personal.js';
import { numberOf } from '../compile/value.js';
import { EXAMPLE_DEVICE } from '../examples/run-examples.js';
import { readMoment, type TimeFormat } from '../payload/moment.js';
import type { Leaf } from './fields.js';
import { isCodeName, isCountName, isPrivateName, isTimeName, wordsOf } from './words.js';

const MOST_KINDS = 24;
const MOST_CODES = 200;
const CODE_LENGTH = 96;
const ENOUGH = 0.6;

/** A field over all messages of a group. */
interface Field {
  readonly path: string;
  readonly name: string;
  readonly texts: readonly string[];
  readonly raws: readonly unknown[];
}

/** The leaves of each message of a group. */
export type Group = readonly (readonly Leaf[])[];

function fieldsOf(group: Group): Field[] {
  const fields = new Map<string, { name: string; texts: string[]; raws: unknown[] }>();
  for (const { path, name, text, raw } of group.flat()) {
    const field = fields.get(path) ?? { name, texts: [], raws: [] };
    field.texts.push(text);
    field.raws.push(raw);
    fields.set(path, field);
  }
  return [...fields].map(([path, field]) => ({ path, ...field }));
}

function isCommon({ texts }: Field, group: Group): boolean {
  return texts.length >= group.length * ENOUGH;
}

function distinct(field: Field): string[] {
  return [...new Set(field.texts)];
}

/** No name that the linter would refuse, and nothing that stands in for a person's value. */
function isUsable({ path, name, texts }: Field): boolean {
  const isPrivate = path.split('.').some(isPrivateName) || isPersonalName(name);
  return !isPrivate && texts.every((text) => text.length <= CODE_LENGTH && !/某|0{6}|^AAAAAAAA$/.test(text));
}

const DISCRIMINATORS = [
  'operator',
  'event',
  'cmd',
  'command',
  'method',
  'action',
  'type',
  'msg',
  'what',
  'table',
  'topic',
  'kind',
  'op',
  'is',
];
const CODES = ['code', 'event', 'alarm', 'type', 'action', 'status', 'state', 'result', 'reason', 'mode', 'kind'];

/** The text field of few values by which messages are told apart; an item of a list cannot be it. */
export function guessDiscriminator(group: Group): string | undefined {
  const fitting = fieldsOf(group).filter((field) => {
    const values = distinct(field);
    const isWord = values.every((value) => /^[A-Za-z][\w.:/-]*$/.test(value)) && !field.path.startsWith('$item');
    const isFew = values.length <= MOST_KINDS && (isCodeName(field.name) || values.length * 2 <= field.texts.length);
    return isWord && isFew && isCommon(field, group) && isUsable(field) && !isTruth(values);
  });
  return best(fitting, DISCRIMINATORS)?.path;
}

/** The field that says what happened, within the messages of one kind. */
export function guessCode(group: Group, besides: readonly (string | undefined)[]): string | undefined {
  const fitting = fieldsOf(group).filter(
    (field) =>
      isCodeName(field.name) &&
      !isTimeName(field.name) &&
      !besides.includes(field.path) &&
      isCommon(field, group) &&
      isUsable(field) &&
      distinct(field).length <= MOST_CODES,
  );
  return best(fitting, CODES)?.path;
}

function isTruth(values: readonly string[]): boolean {
  return values.every((value) => value === 'true' || value === 'false');
}

function best(fields: readonly Field[], names: readonly string[]): Field | undefined {
  const rank = ({ name, path }: Field): number => {
    const index = names.findIndex((word) => wordsOf(name).includes(word));
    return (index === -1 ? names.length : index) + path.split('.').length * 2;
  };
  return [...fields].sort((a, b) => rank(a) - rank(b))[0];
}

const FORMATS: readonly TimeFormat[] = ['iso', 'epoch-s', 'epoch-ms'];

export function guessTime(group: Group): Message['time'] {
  const fitting = fieldsOf(group).flatMap((field) => {
    const format = FORMATS.find((one) => field.raws.every((raw) => isTimeIn(raw, one, field.name)));
    return format === undefined || !isCommon(field, group) ? [] : [{ field, format }];
  });
  const named = fitting.find(({ field }) => isTimeName(field.name)) ?? fitting[0];
  return named && { path: named.field.path, format: named.format };
}

const EPOCHS = { 'epoch-s': [1e9, 4.1e9], 'epoch-ms': [1e12, 4.1e12] } as const;

function isTimeIn(raw: unknown, format: TimeFormat, name: string): boolean {
  if (format !== 'epoch-s' && format !== 'epoch-ms') return readMoment(raw, format) !== undefined;
  const [from, to] = EPOCHS[format];
  return isTimeName(name) && Number(raw) >= from && Number(raw) < to;
}

/** A number that is another one in each message, or that is called a record's number. */
export function guessSequence(group: Group, besides: readonly (string | undefined)[]): string | undefined {
  const fitting = fieldsOf(group).filter(
    (field) =>
      isCountName(field.name) &&
      !besides.includes(field.path) &&
      isUsable(field) &&
      isCommon(field, group) &&
      field.raws.every((raw) => Number.isSafeInteger(numberOf(raw)) && Number(raw) >= 0) &&
      distinct(field).length === field.texts.length,
  );
  return [...fitting].sort((a, b) => a.path.length - b.path.length)[0]?.path;
}

const CHANNEL = /^(?:door|reader|channel|gate|input|port)_?(?:no|id|index|num|number)?$/i;

export function guessChannel(group: Group): string | undefined {
  const fitting = fieldsOf(group).filter(
    (field) => CHANNEL.test(field.name) && isUsable(field) && isCommon(field, group),
  );
  return fitting[0]?.path;
}

/** Where messages name their device: redaction has put the examples' device there. */
export function guessDevice(group: Group): string | undefined {
  const fitting = fieldsOf(group).filter(
    (field) => !field.path.startsWith('$item') && field.texts.every((text) => text === EXAMPLE_DEVICE),
  );
  return fitting.sort((a, b) => b.texts.length - a.texts.length)[0]?.path;
}

const BEAT = /heart|beat|alive|ping/i;

/** True where all that is known of a message says that it is a sign of life and nothing else. */
export function isHeartbeat(...names: readonly (string | undefined)[]): boolean {
  return names.some((name) => name !== undefined && BEAT.test(name));
}
