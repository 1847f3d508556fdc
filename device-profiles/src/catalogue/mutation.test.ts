import { describe, expect, it } from '@jest/globals';
import { type CompiledProfile, compileProfile } from '../compile/profile.js';
import { runExamples } from '../examples/run-examples.js';
import type { Example } from '../format/example.js';
import type { Message } from '../format/message.js';
import type { Profile } from '../format/profile.js';
import { loadProfiles } from './load.js';

const catalogue = [...(await loadProfiles()).values()];

type Expect = Example['expect'];
type Event = NonNullable<Expect['events']>[number];

/** Everything that could come out of a message beside what its example says, one thing after the other. */
function* enlarged(expected: Expect): Generator<Expect> {
  const { events = [], error } = expected;
  if (error !== undefined) return;
  const event: Event = events[0] ?? { kind: 'door.forced', dedup: 'raw' };
  yield { ...expected, events: [...events, event] };
  yield { ...expected, states: [...(expected.states ?? []), { kind: 'door.held_open', active: true }] };
  yield { ...expected, drops: { ...expected.drops, invented: 1 } };
  if (expected.presence === undefined) yield { ...expected, presence: 'heartbeat' };
  if (expected.answer === undefined) yield { ...expected, answer: 'OK' };
  if (expected.unknown === undefined) yield { ...expected, unknown: true };
  if (expected.acknowledgement === undefined) yield { ...expected, acknowledgement: { topic: 'a', body: {} } };
  const more: Partial<Event> = {
    channel: '9',
    code: 'x',
    time: '2026-01-01T00:00:00.000Z',
    late: true,
    edge: true,
    sequence: 9,
    previous: 8,
    gap: { from: 1, to: 2 },
    credential: true,
    attributes: { invented: 1 },
  };
  for (const [index, one] of events.entries()) {
    for (const [key, value] of Object.entries(more)) {
      if (key in one) continue;
      yield { ...expected, events: events.with(index, { ...one, [key]: value }) };
    }
  }
  if (JSON.stringify(events) !== JSON.stringify(events.toReversed()))
    yield { ...expected, events: events.toReversed() };
}

/** The rules of a message whose absence an example must show. */
const parts = {
  each: ({ each: _, ...message }: Message) => message,
  answer: ({ answer: _, ...message }: Message) => message,
  acknowledge: ({ acknowledge: _, ...message }: Message) => message,
  late: ({ late: _, ...message }: Message) => message,
  lateAfterSeconds: ({ lateAfterSeconds: _, ...message }: Message) => message,
  'sequence.previous': (message: Message) => {
    if (message.sequence?.previous === undefined) return message;
    const { previous: _, ...sequence } = message.sequence;
    return { ...message, sequence };
  },
} as const satisfies Readonly<Record<string, (message: Message) => Message>>;

interface Mutant {
  readonly without: string;
  readonly profile: Profile;
}

/** The profile without one of its rules: of a message, or of what messages share. */
function* reduced(profile: Profile): Generator<Mutant> {
  for (const [name, without] of Object.entries(parts)) {
    for (const [index, message] of profile.messages.entries()) {
      const less = without(message);
      if (JSON.stringify(less) === JSON.stringify(message)) continue;
      yield {
        without: `${message.name}: ${name}`,
        profile: { ...profile, messages: profile.messages.with(index, less) },
      };
    }
  }
  const { lateAfterSeconds, late, ...shared } = profile.defaults ?? {};
  if (lateAfterSeconds !== undefined) {
    yield {
      without: 'defaults: lateAfterSeconds',
      profile: { ...profile, defaults: { ...shared, ...(late && { late }) } },
    };
  }
  if (late !== undefined) {
    const defaults = { ...shared, ...(lateAfterSeconds !== undefined && { lateAfterSeconds }) };
    yield { without: 'defaults: late', profile: { ...profile, defaults } };
  }
}

function withExample(profile: CompiledProfile, example: Example): CompiledProfile {
  return { ...profile, source: { ...profile.source, examples: [example] } };
}

describe.each(catalogue)('the examples of $name', (profile) => {
  it('fail as soon as they expect more than there is', () => {
    const survivors: unknown[] = [];
    for (const example of profile.source.examples) {
      for (const more of enlarged(example.expect)) {
        if (runExamples(withExample(profile, { ...example, expect: more })).passed) survivors.push(more);
      }
    }
    expect(survivors).toEqual([]);
  });

  it('fail as soon as a list is not read item by item, an answer not given, a late rule or the number before forgotten', () => {
    const survivors = [...reduced(profile.source)].filter(
      (mutant) => runExamples(compileProfile(mutant.profile)).passed,
    );
    expect(survivors.map(({ without }) => without)).toEqual([]);
  });
});
