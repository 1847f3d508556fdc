import type { CodeEntry, DedupRule, Message } from '../format/message.js';
import { type Leaf, leavesOf, type Personal, type Seen } from './fields.js';
import {
  guessChannel,
  guessCode,
  guessDevice,
  guessDiscriminator,
  guessSequence,
  guessTime,
  isHeartbeat,
} from './guess.js';

/** What an author would write first; every code is ignored until a person has said what it means. */
export interface Guesses {
  readonly discriminator: string | undefined;
  readonly device: string | undefined;
  readonly messages: Message[];
  readonly codes: Record<string, Record<string, CodeEntry>>;
  /** Some message is a sign of life. */
  readonly beats: boolean;
}

export const NOT_MAPPED = 'not-mapped-yet';
const MOST_MESSAGES = 100;

interface Known {
  readonly seen: Seen;
  readonly leaves: readonly Leaf[];
}

export function guessMessages(seen: readonly Seen[], personal: Personal, each: string | undefined): Guesses {
  const device = guessDevice(seen.map((one) => leavesOf(one, each)));
  const isKept = keptBeside([...personal.pictures, ...personal.drop], each);
  const known = seen.map((one): Known => ({ seen: one, leaves: leavesOf(one, each).filter(isKept) }));
  const discriminator = guessDiscriminator(known.map(({ leaves }) => leaves));
  const codes: Guesses['codes'] = {};
  const messages = groupsOf(known, discriminator)
    .slice(0, MOST_MESSAGES)
    .map((group) => messageOf(group, { discriminator, device, each, codes }));
  return {
    discriminator,
    device,
    messages: messages.length > 0 ? messages : [{ name: 'message', on: onOf(seen), drop: NOT_MAPPED }],
    codes,
    beats: messages.some(({ presence }) => presence !== undefined),
  };
}

/** Nothing is read from a field that is personal, nor from one above or below it. */
function keptBeside(personal: readonly string[], each: string | undefined): (leaf: Leaf) => boolean {
  return ({ path }) => {
    const whole = each === undefined ? path : path.replace(/^\$item/, each);
    return !personal.some((one) => one === whole || one.startsWith(`${whole}.`) || whole.startsWith(`${one}.`));
  };
}

function onOf(seen: readonly Seen[]): string[] {
  const names = [...new Set(seen.map(({ on }) => on))];
  return names.length > 0 ? names : ['unknown'];
}

interface Named {
  /** Value of the discriminator; undefined where there is none. */
  readonly value: string | undefined;
  readonly members: readonly Known[];
}

/** By the value of the discriminator, else by topic. */
function groupsOf(known: readonly Known[], discriminator: string | undefined): Named[] {
  const groups = new Map<string, { value: string | undefined; members: Known[] }>();
  for (const one of known) {
    const value = one.leaves.find(({ path }) => path === discriminator)?.text;
    const key = value === undefined ? `on ${one.seen.on}` : `is ${value}`;
    const group = groups.get(key) ?? { value, members: [] };
    group.members.push(one);
    groups.set(key, group);
  }
  // What names itself comes first: the others take any message.
  return [...groups.values()].sort((a, b) => Number(a.value === undefined) - Number(b.value === undefined));
}

interface Around {
  readonly discriminator: string | undefined;
  readonly device: string | undefined;
  readonly each: string | undefined;
  /** Filled with the table of each message. */
  readonly codes: Guesses['codes'];
}

function messageOf({ value, members }: Named, around: Around): Message {
  const group = members.map(({ leaves }) => leaves);
  const on = onOf(members.map(({ seen }) => seen)).slice(0, 32);
  const name = nameOf(value ?? on[0] ?? 'message', around.codes);
  const head = { name, on, ...(value !== undefined && { is: [value] }) };
  if (isHeartbeat(value, ...(value === undefined ? on : []))) return { ...head, presence: 'heartbeat' };
  const code =
    guessCode(group, [around.discriminator, around.device]) ?? (value === undefined ? undefined : around.discriminator);
  if (code === undefined) return { ...head, drop: NOT_MAPPED };
  around.codes[name] = tableOf(group, code);
  const time = guessTime(group);
  const sequence = guessSequence(group, [code, around.discriminator, around.device]);
  const channel = guessChannel(group);
  return {
    ...head,
    ...(around.each !== undefined && { each: around.each }),
    ...(time && { time }),
    dedup: dedupOf(sequence, time),
    ...(sequence !== undefined && { sequence: { path: sequence, gap: 'none' as const } }),
    ...(channel !== undefined && { channel }),
    emits: [{ code: [code], codes: name }],
  };
}

function dedupOf(sequence: string | undefined, time: Message['time']): DedupRule[] {
  const record: DedupRule[] =
    sequence === undefined ? [] : [{ rule: 'vendor-record', key: time ? [sequence, '$time'] : [sequence] }];
  const bytes: DedupRule[] = time ? [{ rule: 'raw' }] : [{ rule: 'receipt' }];
  return [...record, ...bytes];
}

function tableOf(group: readonly (readonly Leaf[])[], path: string): Record<string, CodeEntry> {
  const codes = group.flat().filter((leaf) => leaf.path === path);
  return Object.fromEntries([...new Set(codes.map(({ text }) => text))].map((code) => [code, { ignore: NOT_MAPPED }]));
}

/** As the format spells names, each only once. */
function nameOf(text: string, taken: Readonly<Record<string, unknown>>): string {
  const slug = text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const name = slug === '' ? 'message' : slug;
  return name in taken ? `${name}-${Object.keys(taken).length + 1}` : name;
}
