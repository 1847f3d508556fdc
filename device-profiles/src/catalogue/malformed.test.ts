import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { AnGridError, isEventKind } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import type { CompiledProfile } from '../compile/profile.js';
import type { ProfileReading, RawMessage } from '../compile/reading.js';
import { type MalformedReason, malformedReason, malformedReasons } from '../payload/malformed.js';
import { withFields } from './canary.fixture.js';
import { loadProfiles } from './load.js';
import { type Case, malformedCases, replaced, leavesOf, writingOf } from './malformed.fixture.js';

const catalogue = [...(await loadProfiles()).values()];
/** For one damaged message, on a machine that has other work too. */
const MOST_MS = 1000;
const MOST_EVENTS = 2500;

/** The reading, or the reason of the closed list; anything else that is thrown fails the test. */
function outcomeOf(profile: CompiledProfile, message: RawMessage): ProfileReading | MalformedReason {
  try {
    return profile.read(message);
  } catch (error) {
    if (!(error instanceof AnGridError) || error.code !== 'profile.malformed-payload') throw error;
    const reason = malformedReason(error);
    expect(malformedReasons).toContain(reason);
    return reason;
  }
}

interface Meanings {
  readonly kinds: ReadonlySet<string>;
  readonly codes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Every kind that a profile can make, and every one that it makes of a code. */
function meaningsOf({ source }: CompiledProfile): Meanings {
  const emits = source.messages.flatMap((message) => message.emits ?? []);
  const kinds = emits.flatMap(({ kind, state }) => [kind, state?.begins, state?.ends]);
  const codes = new Map<string, Set<string>>();
  for (const [code, entry] of Object.values(source.codes ?? {}).flatMap((table) => Object.entries(table))) {
    const kind = typeof entry === 'string' ? entry : 'kind' in entry ? entry.kind : undefined;
    if (kind !== undefined) codes.set(code, (codes.get(code) ?? new Set()).add(kind));
  }
  return { kinds: new Set(kinds.filter((kind) => kind !== undefined)), codes };
}

const meanings = new Map(catalogue.map((profile) => [profile.name, meaningsOf(profile)]));

/** What holds of every reading, of whatever bytes. */
function expectSound(profile: CompiledProfile, reading: ProfileReading): void {
  const { kinds, codes } = meanings.get(profile.name) ?? meaningsOf(profile);
  expect(reading.events.length).toBeLessThanOrEqual(MOST_EVENTS);
  for (const { kind, code, dedup, channel } of reading.events) {
    const sound = isEventKind(kind) && dedup.rule !== undefined && (channel ?? '').length <= 64;
    const meant = kinds.has(kind) || (code !== undefined && codes.get(code)?.has(kind) === true);
    if (!sound || !meant) expect({ kind, code, dedup, channel }).toBe('an event that the profile means');
  }
  for (const { count } of reading.drops) expect(count).toBeGreaterThan(0);
}

interface Wrong {
  readonly family: string;
  readonly body: string;
  readonly why: unknown;
}

/** What is wrong with the fate of a case; undefined where all is well. */
function wrongOf(profile: CompiledProfile, one: Case): Wrong | undefined {
  const began = performance.now();
  const outcome = outcomeOf(profile, one);
  const took = performance.now() - began;
  const wrong = (why: unknown): Wrong => ({ family: one.family, body: one.body.toString('utf8').slice(0, 200), why });
  if (took > MOST_MS) return wrong(`${took} ms`);
  if (typeof outcome !== 'string') expectSound(profile, outcome);
  switch (one.fate) {
    case 'any':
      return undefined;
    case 'same': {
      const whole = profile.read(withFields(one.example, new Map()));
      const made = typeof outcome === 'string' ? outcome : meaningOf(outcome);
      return JSON.stringify(made) === JSON.stringify(meaningOf(whole)) ? undefined : wrong(made);
    }
    case 'no-coded-event': {
      const coded = typeof outcome === 'string' ? [] : outcome.events.filter(({ code }) => code !== undefined);
      const kept = coded.filter(({ kind, code }) =>
        one.example.expect.events?.some((event) => event.kind === kind && event.code === code),
      );
      return kept.length === 0 ? undefined : wrong(kept);
    }
    default:
      return outcome === one.fate ? undefined : wrong(outcome);
  }
}

/** Bytes that are another message to `raw` keep their meaning. */
function meaningOf({ events, states, presence, unknown }: ProfileReading): unknown {
  return { events, states, presence, unknown };
}

const cases = new Map(catalogue.map((profile) => [profile.name, malformedCases(profile)]));

describe.each(catalogue)('damaged messages of $name', (profile) => {
  it('are refused for a reason of the list, or say only what still stands in them', () => {
    const wrong = (cases.get(profile.name) ?? [])
      .map((one) => wrongOf(profile, one))
      .filter((one) => one !== undefined);
    expect(wrong).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });

  it('never throw anything else, whichever bytes are changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...profile.source.examples), changes, (example, edits) => {
        const message = withFields(example, new Map());
        const outcome = outcomeOf(profile, { ...message, body: edited(message.body, edits) });
        if (typeof outcome !== 'string') expectSound(profile, outcome);
      }),
      { numRuns: 200 },
    );
  });

  it('keep nothing of a person, whatever stands in the other fields', () => {
    const { pictures = [], drop = [], pseudonym = [] } = profile.source.personal;
    const personal = new Map([...pictures, ...drop, ...pseudonym].map((field) => [field, 'CANARY2b7e15']));
    const examples = profile.source.examples.filter(({ expect }) => expect.error === undefined);
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.nat(), fc.jsonValue({ maxDepth: 2 }), (example, index, value) => {
        const message = withFields(example, personal);
        const outcome = outcomeOf(profile, { ...message, body: withValue(profile, message.body, { index, value }) });
        if (typeof outcome === 'string') return;
        expectSound(profile, outcome);
        const stored = outcome.events.map((event) => ({ ...event, credential: undefined }));
        expect(JSON.stringify({ ...outcome, events: stored })).not.toContain('CANARY');
      }),
      { numRuns: 200 },
    );
  });
});

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly bytes: Uint8Array;
}

const structure = fc.constantFrom(
  ...['{', '}', '[', ']', '"', ',', ':', '<', '>', '/', '&', '=', '\t', '\n', '\\', '\0', '-', 'e9'],
);
const changes = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(12),
    bytes: fc.oneof(
      structure.map((sign) => new TextEncoder().encode(sign)),
      fc.uint8Array({ maxLength: 4 }),
    ),
  }),
  { minLength: 1, maxLength: 6 },
);

function edited(body: Buffer, edits: readonly Edit[]): Buffer {
  let bytes = body;
  for (const { at, cut, bytes: put } of edits) {
    const place = Math.floor(at * bytes.length);
    bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + cut)]);
  }
  return bytes;
}

/** One value of the message that is no person's becomes another one. */
function withValue(
  profile: CompiledProfile,
  body: Buffer,
  { index, value }: { index: number; value: unknown },
): Buffer {
  if (body.length === 0 || writingOf(profile, body) !== 'json') return withText(body, index, JSON.stringify(value));
  const whole = parsed(body);
  const leaves = leavesOf(whole);
  const path = leaves[index % Math.max(1, leaves.length)];
  return path === undefined ? body : Buffer.from(JSON.stringify(replaced(whole, path, value)));
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const VALUE = /(?<=[=>])(?!CANARY)[^<>=&\t\r\n]+/g;

function withText(body: Buffer, index: number, value: string): Buffer {
  const text = body.toString('utf8');
  const values = [...text.matchAll(VALUE)];
  const chosen = values[index % Math.max(1, values.length)];
  if (chosen === undefined) return body;
  const safe = value.replace(/[<>&\t\r\n=]/g, '');
  return Buffer.from(text.slice(0, chosen.index) + safe + text.slice(chosen.index + chosen[0].length));
}

describe('the damaged messages', () => {
  const all = [...cases].flatMap(([name, some]) => some.map((one) => ({ name, ...one })));
  const distinct = new Set(
    all.map(({ name, topic, body }) => createHash('sha256').update(`${name}\0${topic}\0`).update(body).digest('hex')),
  );

  it(`are ${distinct.size} distinct ones of ${new Set(all.map(({ family }) => family)).size} families`, () => {
    expect(distinct.size).toBeGreaterThanOrEqual(200);
  });

  test.each(catalogue.map(({ name }) => [name]))('are at least 20 of %s', (name) => {
    expect(all.filter((one) => one.name === name).length).toBeGreaterThanOrEqual(20);
  });

  it('are checked by tests that notice a reader which goes on saying what it said of the whole message', () => {
    for (const profile of catalogue) {
      const [first] = cases.get(profile.name) ?? [];
      const whole = first && profile.read(withFields(first.example, new Map()));
      const careless: CompiledProfile = { ...profile, read: (message) => whole ?? profile.read(message) };
      const noticed = (cases.get(profile.name) ?? []).filter((one) => wrongOf(careless, one) !== undefined);
      expect([profile.name, noticed.length > 0]).toEqual([profile.name, true]);
    }
  });

  it('show every reason of the list', () => {
    const reasons = new Set<MalformedReason>();
    for (const profile of catalogue) {
      for (const one of cases.get(profile.name) ?? []) {
        const outcome = outcomeOf(profile, one);
        if (typeof outcome === 'string') reasons.add(outcome);
      }
    }
    expect([...reasons].sort()).toEqual([...malformedReasons].sort());
  });
});
