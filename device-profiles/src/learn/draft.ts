import { type CompiledProfile, compileProfile } from '../compile/profile.js';
import { readExample } from '../examples/run-examples.js';
import type { Example } from '../format/example.js';
import type { Message } from '../format/message.js';
import { type Profile, profileSchema } from '../format/profile.js';
import { AnGridError } from '@angrid/contract';
import { invalidProfile } from '../format/parse-profile.js';
import { explain } from '../format/explain.js';
import { compileBody } from '../payload/body.js';
import { readFields } from '../payload/form.js';
import type { Capture } from './capture.js';
import { listsOf, type Personal, personalIn, type Seen } from './fields.js';
import { guessMessages, type Guesses } from './messages.js';
import { redactBody } from './redact-body.js';
import { type LearnedTopic, learnTopic } from './topics.js';
import { writeDraft } from './write-draft.js';
import { readOf, type Writing, writingOf } from './writing.js';

export interface DraftOptions {
  /** The profile's name, which must be that of its file. */
  readonly name: string;
  readonly protocol: Profile['transport']['protocol'];
}

export interface Draft {
  readonly profile: Profile;
  /** The profile as it is written, with what its author does next. */
  readonly yaml: string;
  /** Messages that are in it as examples, each once. */
  readonly examples: number;
  /** Bodies that are no text that can be read: they are not in it, because nothing of them could be redacted. */
  readonly unreadable: number;
}

const MOST_EXAMPLES = 100;
const MOST_TOPICS = 32;
const RAW_LENGTH = 65_536;

interface Redacted {
  readonly topic: LearnedTopic;
  readonly text: string;
  readonly writing: Writing;
}

/** Writes a first profile of what was recorded, redacted. Throws `profile.nothing-learned` where nothing can be read. */
export function draftProfile(captures: readonly Capture[], options: DraftOptions): Draft {
  const redacted = distinct(captures.map((capture) => redact(capture, options)));
  const templates = [...new Set(redacted.map(({ topic }) => topic.template))].slice(0, MOST_TOPICS);
  const kept = redacted.filter(({ topic }) => templates.includes(topic.template)).slice(0, MOST_EXAMPLES);
  if (kept.length === 0) {
    throw new AnGridError('profile.nothing-learned', { op: 'profile.learn', detail: `${captures.length} messages` });
  }
  const up = upOf(templates);
  const read = readOf(kept.map(({ writing }) => writing));
  const seen = kept.flatMap((one) => seenOf(one, up, read));
  const personal = personalIn(seen);
  const guesses = guessMessages(seen, personal, read.format === 'lines' ? 'lines' : undefined);
  const bare = bareProfile(options, { up, read, guesses, personal });
  const profile = withExamples(bare, kept);
  const lists = [...new Set(seen.flatMap(({ value }) => listsOf(value)))].slice(0, 5);
  const unreadable = captures.filter((capture) => redact(capture, options) === undefined).length;
  return {
    profile,
    yaml: writeDraft(profile, { lists: read.format === 'lines' ? [] : lists, guesses }),
    examples: profile.examples.length,
    unreadable,
  };
}

function redact({ topic, body, device }: Capture, { protocol }: DraftOptions): Redacted | undefined {
  const learned = learnTopic(topic ?? 'unknown/topic', device, protocol === 'http');
  if (learned === undefined) return undefined;
  const isAddressOnly = body.length === 0 && protocol === 'http' && learned.example.includes('?');
  if (isAddressOnly) return { topic: learned, text: '', writing: { format: 'form' } };
  const writing = writingOf(body);
  if (writing === undefined) return undefined;
  try {
    const text = redactBody(body, writing, device);
    return text.length > RAW_LENGTH || text === '' ? undefined : { topic: learned, text, writing };
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'profile.malformed-payload') return undefined;
    throw error;
  }
}

function distinct(all: readonly (Redacted | undefined)[]): Redacted[] {
  const found = new Map<string, Redacted>();
  for (const one of all) if (one !== undefined) found.set(`${one.topic.example}\n${one.text}`, one);
  return [...found.values()];
}

type Up = Profile['transport']['up'];

function upOf(templates: readonly string[]): Up {
  const up: Up = {};
  for (const topic of templates) {
    const words =
      topic
        .replace(/\{[a-z]+\}/g, '')
        .toLowerCase()
        .match(/[a-z0-9]+/g) ?? [];
    const name = (words.at(-1) ?? 'topic').slice(0, 40);
    up[name in up ? `${name}-${Object.keys(up).length + 1}` : name] = { topic };
  }
  return up;
}

/** What the profile will see; nothing where it could not read the message at all. */
function seenOf({ topic, text, writing }: Redacted, up: Up, read: Pick<Profile['read'], 'format' | 'lines'>): Seen[] {
  const on = Object.keys(up).find((name) => up[name]?.topic === topic.template) ?? '';
  const mark = topic.example.indexOf('?');
  const address = mark === -1 ? undefined : topic.example.slice(mark + 1);
  const query = address === undefined ? undefined : readFields(address).value;
  if (text === '' && writing.format === 'form') return [{ on, value: {}, query }];
  try {
    return [{ on, value: compileBody(read)(Buffer.from(text), address).value, query }];
  } catch (error) {
    if (error instanceof AnGridError && error.code === 'profile.malformed-payload') return [];
    throw error;
  }
}

interface Parts {
  readonly up: Up;
  readonly read: Pick<Profile['read'], 'format' | 'lines'>;
  readonly guesses: Guesses;
  readonly personal: Personal;
}

function bareProfile({ name, protocol }: DraftOptions, { up, read, guesses, personal }: Parts): Profile {
  const { pictures, drop } = personal;
  const pseudonym = drop.filter((path) => /(?:^|\.)(?:card_?(?:no|num|id|number)?|pin)$/i.test(path)).slice(0, 16);
  const profile = {
    format: 1,
    name,
    version: '0.1.0',
    vendor: 'unknown',
    model: name,
    verified: false,
    description: { 'zh-CN': '草稿：由采集的消息生成', en: 'A draft, made from recorded messages' },
    ...(protocol === 'onvif' ? { device: 'camera', gb28181: '132' } : { device: 'panel', gb28181: '124' }),
    transport: { protocol, ...(protocol === 'http' && { http: { login: 'path', answer: 'OK' } }), up },
    read: {
      ...read,
      ...(guesses.discriminator !== undefined && { discriminator: guesses.discriminator }),
      ...(guesses.device !== undefined && { device: guesses.device }),
    },
    personal: {
      ...(pictures.length > 0 && { pictures }),
      ...(drop.length > pseudonym.length && { drop: drop.filter((path) => !pseudonym.includes(path)) }),
      ...(pseudonym.length > 0 && { pseudonym }),
    },
    ...(Object.keys(guesses.codes).length > 0 && { codes: guesses.codes }),
    ...(guesses.beats && { heartbeat: { offlineAfterSeconds: 300 } }),
    messages: guesses.messages satisfies readonly Message[],
    examples: [],
  };
  const checked = profileSchema.safeParse(profile);
  if (checked.success) return checked.data;
  throw invalidProfile(name, explain(checked.error.issues));
}

/** Each message with what the draft makes of it now: as the author goes on, the examples say what has changed. */
function withExamples(profile: Profile, kept: readonly Redacted[]): Profile {
  const compiled = compileProfile(profile);
  return { ...profile, examples: kept.map((one, index) => exampleOf(compiled, one, index + 1)) };
}

function exampleOf(profile: CompiledProfile, { topic, text, writing }: Redacted, number: number): Example {
  const isBody = writing.format === 'json';
  const example = {
    says: { 'zh-CN': `采集 ${number}：请说明发生了什么`, en: `Recorded message ${number}: say what happened` },
    topic: topic.example,
    ...(isBody ? { body: JSON.parse(text) as Example['body'] } : { raw: text }),
  };
  return { ...example, expect: readExample(profile, example) };
}
