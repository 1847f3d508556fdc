import { AnGridError, type DeviceKind } from '@angrid/contract';
import type { Profile } from '../format/profile.js';
import { topicsOf } from '../format/transport.js';
import { compileBody } from '../payload/body.js';
import { readFields } from '../payload/form.js';
import { type ParsedBody, payloadLimits } from '../payload/json.js';
import { malformed } from '../payload/malformed.js';
import { compileBackfill, type CompiledBackfill } from './instruction.js';
import { compileDiscriminator, compileMessage, type CompiledMessage } from './message.js';
import { compilePersonal } from './personal.js';
import { addDrop, type Outcome, type ProfileReading, type RawMessage } from './reading.js';
import { compileTopic, impersonalTopic, isLiteral, topicPattern, type TopicMatcher } from './topic.js';
import { compileText, type Scope, type TextGetter } from './value.js';

/** A profile as plain functions, compiled once when it is loaded. */
export interface CompiledProfile {
  readonly name: string;
  /** `name@version`, as events carry it. */
  readonly label: string;
  readonly device: DeviceKind;
  readonly protocol: Profile['transport']['protocol'];
  readonly verified: boolean;
  /** Silence of this many seconds means that the device is away; undefined where the profile has no heartbeat. */
  readonly offlineAfterSeconds: number | undefined;
  /** The data that it was compiled from. */
  readonly source: Profile;
  /** Topic patterns with `{device}` and `+`: what a device may publish, and what it may subscribe to. */
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Of `publish`: where a device may ask to have its message kept. It is read like any other, and not kept. */
  readonly retain: readonly string[];
  /** The least quality of service that is asked for on the topics that carry events. */
  readonly qos: 0 | 1;
  readonly maxBytes: number;
  /** undefined where the device cannot be asked for records again. */
  readonly backfill: CompiledBackfill | undefined;
  /** The own id of the device that a message names; undefined where it names none, or cannot be read. */
  names(message: Pick<RawMessage, 'topic' | 'body'>): string | undefined;
  /** Throws `profile.malformed-payload`; its detail begins with the reason (see payload/malformed.ts). */
  read(message: RawMessage): ProfileReading;
  /** The answer to a call as a value. Throws `profile.malformed-payload`. */
  parse(answer: Buffer): unknown;
}

interface Route {
  readonly match: TopicMatcher;
  readonly byValue: ReadonlyMap<string, readonly CompiledMessage[]>;
  readonly others: readonly CompiledMessage[];
}

export function compileProfile(profile: Profile): CompiledProfile {
  const { up, down = {} } = profile.transport;
  return {
    name: profile.name,
    label: `${profile.name}@${profile.version}`,
    device: profile.device,
    protocol: profile.transport.protocol,
    verified: profile.verified,
    offlineAfterSeconds: profile.heartbeat?.offlineAfterSeconds,
    source: profile,
    publish: Object.values(up).flatMap(topicsOf).map(topicPattern),
    retain: Object.values(up)
      .filter(({ retain }) => retain === true)
      .flatMap(topicsOf)
      .map(topicPattern),
    subscribe: Object.values(down).map(({ topic }) => topicPattern(topic)),
    qos: eventQos(profile),
    maxBytes: profile.read.maxBytes ?? payloadLimits.bytes,
    backfill: compileBackfill(profile),
    names: compileNames(profile),
    read: compileRead(profile),
    parse: compileParse(profile),
  };
}

function compileNames(profile: Profile): CompiledProfile['names'] {
  const { device } = profile.read;
  if (device === undefined) return () => undefined;
  const named = compileText(device);
  const readBody = compileBody(profile.read);
  const split = profile.transport.protocol === 'http' ? splitAddress : plainTopic;
  return ({ topic, body }) => {
    const { query } = split(topic);
    try {
      const { value } = readBody(body, query);
      return named({
        body: value,
        device: '',
        captures: undefined,
        query: query === undefined ? undefined : readFields(query).value,
      });
    } catch (error) {
      if (error instanceof AnGridError && error.code === 'profile.malformed-payload') return undefined;
      throw error;
    }
  };
}

function compileParse({ read }: Profile): CompiledProfile['parse'] {
  const readBody = compileBody(read);
  return (answer) => readBody(answer, undefined).value;
}

function eventQos(profile: Profile): 0 | 1 {
  const carriers = new Set(
    profile.messages.filter((message) => message.emits !== undefined).flatMap((message) => message.on),
  );
  return [...carriers].some((name) => profile.transport.up[name]?.qos === 0) ? 0 : 1;
}

function compileRead(profile: Profile): CompiledProfile['read'] {
  const find = compileRoutes(profile);
  const discriminator = compileDiscriminator(profile);
  const named = profile.read.device === undefined ? undefined : compileText(profile.read.device);
  const vendorTopic = profile.read.topic === undefined ? undefined : compileText(profile.read.topic);
  const countPersonal = compilePersonal(profile.personal);
  const readBody = compileBody(profile.read);
  const split = profile.transport.protocol === 'http' ? splitAddress : plainTopic;
  return (message) => {
    const { path, query } = split(message.topic);
    const found = find(path, message.device);
    if (found === undefined) return finish(unknown());
    const parsed = readBody(message.body, query);
    const scope: Scope = {
      body: parsed.value,
      device: message.device,
      captures: found.captures,
      query: query === undefined ? undefined : readFields(query).value,
    };
    const written = vendorTopic?.(scope);
    const topic = written === undefined ? undefined : impersonalTopic(written, found.rest);
    if (isForeign(named?.(scope), message.device)) return finish(foreign(), { vendorTopic: topic });
    const chosen = choose(found.route, discriminator, scope);
    if (chosen === undefined) return finish(unknown(), { vendorTopic: topic });
    return readChosen(chosen, scope, { parsed, countPersonal, vendorTopic: topic });
  };
}

interface Address {
  readonly path: string;
  readonly query: string | undefined;
}

function plainTopic(topic: string): Address {
  return { path: topic, query: undefined };
}

function splitAddress(topic: string): Address {
  const mark = topic.indexOf('?');
  return mark === -1 ? plainTopic(topic) : { path: topic.slice(0, mark), query: topic.slice(mark + 1) };
}

interface ReadWith {
  readonly parsed: ParsedBody;
  readonly countPersonal: ReturnType<typeof compilePersonal>;
  readonly vendorTopic: string | undefined;
}

function readChosen(chosen: CompiledMessage, scope: Scope, use: ReadWith): ProfileReading {
  const outcome = emptyOutcome();
  chosen.emit(scope, outcome);
  use.countPersonal(scope, use.parsed.cuts, outcome);
  return finish(outcome, {
    presence: chosen.presence,
    acknowledgement: chosen.acknowledge(scope),
    answer: chosen.answer(scope),
    vendorTopic: use.vendorTopic,
  });
}

type Extra = Partial<Pick<ProfileReading, 'presence' | 'acknowledgement' | 'answer' | 'vendorTopic'>>;

function finish(outcome: Outcome, extra: Extra = {}): ProfileReading {
  return {
    events: outcome.events,
    states: outcome.states,
    numbered: outcome.numbered,
    drops: outcome.drops,
    unknown: outcome.unknown,
    presence: extra.presence,
    acknowledgement: extra.acknowledgement,
    answer: extra.answer,
    vendorTopic: extra.vendorTopic,
  };
}

function emptyOutcome(): Outcome {
  return { events: [], states: [], numbered: [], drops: [], unknown: false, first: 0 };
}

function unknown(): Outcome {
  return { ...emptyOutcome(), unknown: true };
}

/** A device speaks for itself only. */
function foreign(): Outcome {
  const outcome = unknown();
  addDrop(outcome, 'foreign-device', 1);
  return outcome;
}

function isForeign(named: string | undefined, device: string): boolean {
  return named !== undefined && named !== device;
}

function choose(route: Route, discriminator: TextGetter | undefined, scope: Scope): CompiledMessage | undefined {
  const value = discriminator?.(scope);
  if (value === undefined && discriminator !== undefined && route.others.length === 0) {
    throw malformed('no-discriminator', 'the message does not say what it is');
  }
  const named = value === undefined ? undefined : route.byValue.get(value);
  return named?.find((message) => holds(message, scope)) ?? route.others.find((message) => holds(message, scope));
}

function holds(message: CompiledMessage, scope: Scope): boolean {
  return message.when === undefined || message.when(scope);
}

type Found =
  { readonly route: Route; readonly captures: Scope['captures']; readonly rest?: string | undefined } | undefined;

function compileRoutes(profile: Profile): (topic: string, device: string) => Found {
  const literal = new Map<string, Found>();
  const templated: Route[] = [];
  for (const [name, up] of Object.entries(profile.transport.up)) {
    const messages = profile.messages.filter((message) => message.on.includes(name));
    const choice = compileChoice(messages.map((one) => compileMessage(one, profile)));
    for (const topic of topicsOf(up)) {
      const route = { ...choice, match: compileTopic(topic) };
      if (isLiteral(topic)) literal.set(topic, { route, captures: undefined });
      else templated.push(route);
    }
  }
  return (topic, device) => {
    const exact = literal.get(topic);
    if (exact !== undefined) return exact;
    for (const route of templated) {
      const fit = route.match(topic, device);
      if (fit !== undefined) return { route, captures: fit.captures, rest: fit.rest };
    }
    return undefined;
  };
}

function compileChoice(messages: readonly CompiledMessage[]): Omit<Route, 'match'> {
  const byValue = new Map<string, CompiledMessage[]>();
  for (const message of messages) {
    for (const value of message.values ?? []) byValue.set(value, [...(byValue.get(value) ?? []), message]);
  }
  return { byValue, others: messages.filter((message) => message.values === undefined) };
}
