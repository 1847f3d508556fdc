import { gzipSync } from 'node:zlib';
import type { CompiledProfile } from '../compile/profile.js';
import type { RawMessage } from '../compile/reading.js';
import type { Example } from '../format/example.js';
import { topicsOf } from '../format/transport.js';
import type { MalformedReason } from '../payload/malformed.js';
import { type Damage, type Fate, structuralCuts } from './damage.fixture.js';
import { payloadLimits } from '../payload/json.js';
import { withFields } from './canary.fixture.js';
import { damagedTexts } from './malformed-text.fixture.js';
import { damagedXml } from './malformed-xml.fixture.js';

export interface Case extends RawMessage, Damage {
  readonly example: Example;
}

type Members = Record<string, unknown>;

export const DESTROYED = 'zz-destroyed';
const EXAMPLES = 4;
const CUTS = 48;
const LEAVES = 24;

/** Damaged messages of one profile: each family over several of its examples. */
export function malformedCases(profile: CompiledProfile): Case[] {
  const examples = profile.source.examples.filter(({ expect }) => (expect.events ?? []).length > 0);
  const most = [...examples].sort((a, b) => lengthOf(b) - lengthOf(a));
  const picked = [...new Set([...examples.slice(0, EXAMPLES / 2), ...most.slice(0, EXAMPLES / 2)])];
  return picked.flatMap((example) => {
    const whole = withFields(example, new Map());
    const damages = whole.body.length === 0 ? anyFormat(whole.body, profile.maxBytes) : damagesOf(profile, whole.body);
    const coded = {
      ...whole,
      family: 'destroyed codes',
      fate: 'no-coded-event' as const,
      ...destroyed(profile, example),
    };
    return [...damages.map((damage) => ({ ...whole, ...damage, example })), { ...coded, example }];
  });
}

/** Which way of writing the body is: of a device that uses two, the one of this message. */
export function writingOf({ source }: CompiledProfile, body: Buffer): 'json' | 'xml' | 'form' | 'lines' {
  const { format } = source.read;
  if (format !== 'auto') return format;
  return body.toString('utf8').trimStart().startsWith('<') ? 'xml' : 'json';
}

function damagesOf(profile: CompiledProfile, body: Buffer): Damage[] {
  const general = anyFormat(body, profile.maxBytes);
  switch (writingOf(profile, body)) {
    case 'json':
      return [...general, ...damagedJson(body, profile.maxBytes)];
    case 'xml':
      return [...general, ...damagedXml(body, CUTS)];
    case 'form':
    case 'lines':
      return [...general, ...damagedTexts(body, CUTS)];
  }
}

/** The paths that say what happened, all of them turned into something that no device says. */
function destroyed(profile: CompiledProfile, example: Example): RawMessage {
  const { messages, read } = profile.source;
  const paths = messages.flatMap(({ each = '', emits = [] }) =>
    emits
      .flatMap(({ code = [], state }) => [...code.flat(), ...[state?.path ?? []].flat()])
      .map((path) => path.replace(/^\$item/, each)),
  );
  const named = read.discriminator === undefined ? paths : [...paths, read.discriminator];
  const fields = new Map(named.filter((path) => !path.startsWith('$topic')).map((path) => [path, DESTROYED]));
  const message = withFields(example, fields);
  const inTopic = named.some((path) => path.startsWith('$topic'));
  return inTopic ? { ...message, topic: destroyedTopic(profile, message.topic) } : message;
}

/** Each level of the topic that the profile reads a word from. */
function destroyedTopic({ source }: CompiledProfile, topic: string): string {
  const levels = topic.split('/');
  const template = Object.values(source.transport.up)
    .flatMap(topicsOf)
    .map((topic) => topic.split('/'))
    .find((one) => one.length === levels.length && one.some((level) => /^\{(?!device\})/.test(level)));
  return levels.map((level, index) => (/^\{(?!device\})/.test(template?.[index] ?? '') ? DESTROYED : level)).join('/');
}

function lengthOf({ raw, body }: Example): number {
  return (raw ?? JSON.stringify(body)).length;
}

/** What a network, a proxy or a broken firmware makes of a body, whatever it is written in. */
function anyFormat(body: Buffer, maxBytes: number): Damage[] {
  const text = body.toString('utf8');
  const any = (family: string, bytes: Buffer): Damage => ({ family, body: bytes, fate: 'any' });
  return [
    { family: 'oversize', body: Buffer.concat([body, Buffer.alloc(maxBytes + 1, 0x20)]), fate: 'too-large' },
    any('blanks', Buffer.from(' \r\n\t')),
    any('only NUL', Buffer.alloc(64)),
    any('NUL in front', Buffer.concat([Buffer.from([0]), body])),
    any('NUL in the middle', Buffer.from(`${text.slice(0, text.length / 2)}\0${text.slice(text.length / 2)}`)),
    any('UTF-16 LE', Buffer.from(text, 'utf16le')),
    any('UTF-16 LE with its mark', Buffer.from(`\uFEFF${text}`, 'utf16le')),
    any('UTF-16 BE', Buffer.from(text, 'utf16le').swap16()),
    any('bytes that are no UTF-8', Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0, 0x80]), body])),
    any('every byte turned', Buffer.from(body.map((byte) => byte ^ 0x55))),
    any('gzip', gzipSync(body)),
    any('a picture', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2048, 0xa5)])),
    any('a page of a proxy', Buffer.from('<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>')),
    any('an HTTP head', Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${text}`)),
    any('a chunk head', Buffer.from(`${body.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`)),
    any('backwards', Buffer.from(body).reverse()),
    any('twice', Buffer.concat([body, body])),
  ];
}

function damagedJson(body: Buffer, maxBytes: number): Damage[] {
  const text = body.toString('utf8');
  const value = JSON.parse(text) as Members;
  const say = (family: string, written: string, fate: Fate): Damage => ({ family, body: Buffer.from(written), fate });
  const sized = (family: string, written: string, fate: MalformedReason): Damage =>
    say(family, written, Buffer.byteLength(written) > maxBytes ? 'too-large' : fate);
  const inner = text.slice(1);
  return [
    ...structuralCuts(text, /[{}[\],:"]/g, CUTS).map((cut) => say('truncated JSON', cut, 'not-json')),
    ...['null', 'true', '7', '"text"', `[${text}]`].map((root) => say('no object', root, 'not-an-object')),
    ...[
      `${text.slice(0, -1)},}`,
      `${text}${text}`,
      `'${text}'`,
      `${text}/* */`,
      `{"a":NaN,${inner}`,
      `{"a":01,${inner}`,
    ].map((wrong) => say('nearly JSON', wrong, 'not-json')),
    say('the mark of UTF-8', `\uFEFF${text}`, 'same'),
    say('NUL and blanks behind', `${text}\r\n\0\0`, 'same'),
    say('a control character in a text', text.replace(/":"/, '":"\u0001'), /":"/.test(text) ? 'not-json' : 'same'),
    say('half a surrogate', `{"x":"\\ud800",${inner}`, 'same'),
    say('a member __proto__', `{"__proto__":{"polluted":1},${inner}`, 'same'),
    say('a member constructor', `{"constructor":{"prototype":{"polluted":1}},${inner}`, 'same'),
    say('members of every object', `{"toString":1,"valueOf":2,"hasOwnProperty":3,${inner}`, 'same'),
    say('all of it under __proto__', `{"__proto__":${text}}`, 'any'),
    say('all of it one level too low', `{"data":${text}}`, 'any'),
    sized('too deep', `{"x":${'['.repeat(payloadLimits.depth)}${']'.repeat(payloadLimits.depth)},${inner}`, 'too-deep'),
    say('too deep, and open', '['.repeat(200), 'too-deep'),
    sized('too many', `{"x":[${'1,'.repeat(payloadLimits.values)}1],${inner}`, 'too-many-values'),
    say('numbers without end', `{"x":[1e999,-1e999,${'9'.repeat(200)}],${inner}`, 'same'),
    ...Object.keys(value).map((key) =>
      say('a key twice', `${text.slice(0, -1)},${JSON.stringify(key)}:{"other":[]}}`, 'any'),
    ),
    ...wrongTypes(value).map((wrong) =>
      say('a wrong type', JSON.stringify(wrong).replaceAll('"1e999"', '1e999'), 'any'),
    ),
    ...longLists(value).map((long) => say('a list without end', JSON.stringify(long), 'any')),
  ];
}

const WRONG: readonly unknown[] = [
  {},
  [],
  null,
  true,
  -1,
  '',
  '1e999',
  'x'.repeat(5000),
  [[[]]],
  { code: { code: 1 } },
  { toString: {}, valueOf: {} },
];

function wrongTypes(value: Members): unknown[] {
  const leaves = leavesOf(value).slice(0, LEAVES);
  return leaves.flatMap((path) => WRONG.map((wrong) => replaced(value, path, wrong)));
}

function longLists(value: Members): unknown[] {
  return listsOf(value).map(({ path, list }) =>
    replaced(
      value,
      path,
      Array.from({ length: 600 }, () => list[0] ?? 0),
    ),
  );
}

type Path = readonly (string | number)[];

export function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

function listsOf(value: unknown, path: Path = []): { path: Path; list: readonly unknown[] }[] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const inner = entries.flatMap(([key, member]) => listsOf(member, [...path, key]));
  return Array.isArray(value) ? [{ path, list: value }, ...inner] : inner;
}

/** A copy with another value at the path. */
export function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}
