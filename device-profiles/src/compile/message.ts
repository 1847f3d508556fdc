import type { Message } from '../format/message.js';
import { formatLimits } from '../format/primitives.js';
import type { Profile } from '../format/profile.js';
import { malformed } from '../payload/malformed.js';
import { readMoment } from '../payload/moment.js';
import { compileCondition, compileOptional, type Predicate } from './condition.js';
import { compileEmit, type Emitter, type Shared } from './emit.js';
import { compileDedup } from './identity.js';
import { compileCredential } from './personal.js';
import { type Acknowledgement, addDrop, type Outcome, type Presence } from './reading.js';
import { compileTemplate } from './template.js';
import { topicOf } from './topic.js';
import { compilePaths, compileText, isThere, numberOf, type Scope, type TextGetter } from './value.js';

const COUNT_LENGTH = 64;

export interface CompiledMessage {
  /** Values of the discriminator; undefined takes any. */
  readonly values: readonly string[] | undefined;
  readonly when: Predicate | undefined;
  readonly presence: Presence | undefined;
  /** Throws `profile.malformed-payload` where the event could not be known again. */
  readonly emit: (scope: Scope, outcome: Outcome) => void;
  readonly acknowledge: (scope: Scope) => Acknowledgement | undefined;
  readonly answer: (scope: Scope) => string | undefined;
}

export function compileMessage(message: Message, profile: Profile): CompiledMessage {
  return {
    values: message.is?.map(String),
    when: compileOptional(message.when),
    presence: message.presence,
    emit: compileContent(message, profile),
    acknowledge: compileAcknowledge(message, profile),
    answer: message.answer === undefined ? () => undefined : compileTemplate(message.answer),
  };
}

function compileContent(message: Message, profile: Profile): CompiledMessage['emit'] {
  const { drop } = message;
  if (drop !== undefined) {
    const number = compileNumber(message.sequence ?? profile.defaults?.sequence);
    return (scope, outcome) => {
      addDrop(outcome, drop, 1);
      addNumber(number(scope), outcome);
    };
  }
  if (message.emits === undefined) return () => undefined;
  const shared = compileShared(message, profile);
  const channel = message.channel ?? profile.defaults?.channel;
  const emitters = message.emits.map((emit) => compileEmit(emit, profile, channel));
  const record: CompiledMessage['emit'] = (scope, outcome) => {
    outcome.first = outcome.events.length;
    const into = { shared: shared(scope), outcome };
    runEmitters(emitters, scope, into);
    if (outcome.events.length === outcome.first) addNumber(into.shared, outcome);
  };
  return message.each === undefined ? record : eachItem(message.each, record);
}

/** A record that is no event has had its number all the same. */
function addNumber({ sequence, previous, count }: RecordNumber, outcome: Outcome): void {
  if (sequence !== undefined && count !== undefined) outcome.numbered.push({ sequence, previous, count });
}

/** A single thing where a list is expected is a list of one, as devices that write XML do. */
function eachItem(path: string, record: CompiledMessage['emit']): CompiledMessage['emit'] {
  const list = compilePaths(path);
  return (scope, outcome) => {
    const value = list(scope);
    const items: readonly unknown[] = Array.isArray(value) ? value : isThere(value) ? [value] : [];
    if (items.length > formatLimits.items) throw malformed('too-many-items', `more than ${formatLimits.items} items`);
    if (items.length === 0) addDrop(outcome, 'not-an-event', 1);
    for (const item of items) record({ ...scope, item }, outcome);
  };
}

/** A message that is known, but says nothing of use this time, is counted: nothing goes in silence. */
function runEmitters(emitters: readonly Emitter[], scope: Scope, into: { shared: Shared; outcome: Outcome }): void {
  const { shared, outcome } = into;
  const before = { events: outcome.events.length, states: outcome.states.length, drops: dropped(outcome) };
  for (const emit of emitters) emit(scope, shared, outcome);
  const silent =
    outcome.events.length === before.events &&
    outcome.states.length === before.states &&
    dropped(outcome) === before.drops;
  if (silent && !outcome.unknown) addDrop(outcome, 'not-an-event', 1);
}

function dropped(outcome: Outcome): number {
  let sum = 0;
  for (const { count } of outcome.drops) sum += count;
  return sum;
}

function compileShared(message: Message, profile: Profile): (scope: Scope) => Shared {
  const own = { ...profile.defaults, ...withoutUndefined(message) };
  const dedup = compileDedup(own.dedup ?? []);
  const moment = compileMoment(own.time);
  const late = own.late === undefined ? undefined : compileCondition(own.late);
  const number = compileNumber(own.sequence);
  const credential = own.credential === undefined ? undefined : compileCredential(own.credential, profile.personal);
  const discriminator = compileDiscriminator(profile);
  return (scope) => {
    const at = moment(scope);
    const identity = dedup(scope, at);
    if (identity === undefined) throw malformed('no-dedup-key', 'the fields that tell a repeated event are missing');
    return {
      dedup: identity,
      moment: at,
      late: late !== undefined && late(scope),
      lateAfterSeconds: own.lateAfterSeconds,
      burst: own.burst,
      ...number(scope),
      credential: credential?.(scope),
      discriminator: discriminator?.(scope),
    };
  };
}

type RecordNumber = Pick<Shared, 'sequence' | 'previous' | 'count'>;

const NO_NUMBER: RecordNumber = { sequence: undefined, previous: undefined, count: undefined };

function compileNumber(rule: Message['sequence']): (scope: Scope) => RecordNumber {
  if (rule === undefined) return () => NO_NUMBER;
  const sequence = compilePaths(rule.path);
  const previous = rule.previous === undefined ? undefined : compilePaths(rule.previous);
  const count = compileCount(rule);
  return (scope) => ({
    sequence: counting(sequence(scope)),
    previous: previous === undefined ? undefined : counting(previous(scope)),
    count: count(scope),
  });
}

/** A message that names no epoch belongs to the one count that has no name. */
function compileCount(sequence: NonNullable<Message['sequence']>): (scope: Scope) => string | undefined {
  if (sequence.gap !== 'report') return () => undefined;
  const epoch = sequence.epoch === undefined ? undefined : compileText(sequence.epoch);
  return (scope) => epoch?.(scope)?.slice(0, COUNT_LENGTH) ?? '';
}

function withoutUndefined(message: Message): Partial<Message> {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined)) as Partial<Message>;
}

export function compileDiscriminator(profile: Profile): TextGetter | undefined {
  const path = profile.read.discriminator;
  return path === undefined ? undefined : compileText(path);
}

function compileMoment(time: Message['time']): (scope: Scope) => Shared['moment'] {
  if (time === undefined) return () => undefined;
  const get = compilePaths(time.path);
  return (scope) => readMoment(get(scope), time.format);
}

function counting(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function compileAcknowledge(message: Message, profile: Profile): CompiledMessage['acknowledge'] {
  const { acknowledge } = message;
  const template = acknowledge === undefined ? undefined : profile.transport.down?.[acknowledge.to]?.topic;
  if (acknowledge === undefined || template === undefined) return () => undefined;
  const body = compileTemplate(acknowledge.body);
  const when = compileOptional(acknowledge.when);
  return (scope) => {
    if (when !== undefined && !when(scope)) return undefined;
    const payload = body(scope);
    return payload === undefined ? undefined : { topic: topicOf(template, scope.device), payload };
  };
}
