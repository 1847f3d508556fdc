import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadProfiles } from '../catalogue/load.js';
import { compileProfile } from '../compile/profile.js';
import { runExamples } from '../examples/run-examples.js';
import { withFields } from '../catalogue/canary.fixture.js';
import { parseProfile } from '../format/parse-profile.js';
import type { Profile } from '../format/profile.js';
import { lintProfile } from '../lint/lint.js';
import type { Capture } from './capture.js';
import { draftProfile, type DraftOptions } from './draft.js';
import { fitsOf } from './fit.js';

const mqtt: DraftOptions = { name: 'draft', protocol: 'mqtt' };

function capture(body: unknown, topic: string | undefined = 'acme/K1305433/news'): Capture {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { topic, body: Buffer.from(text), device: 'K1305433' };
}

/** The draft as an author finds it in the file: parsed, without an error of the linter, with examples that pass. */
function taken(captures: readonly Capture[], options = mqtt): Profile {
  const { yaml } = draftProfile(captures, options);
  const profile = parseProfile(yaml, 'draft.yaml');
  expect(lintProfile(profile).filter(({ level }) => level === 'error')).toEqual([]);
  expect(runExamples(compileProfile(profile)).results.filter(({ passed }) => !passed)).toEqual([]);
  return profile;
}

const garden = [
  { what: 'move', sn: 'K1305433', how: 'open', recordId: 7, at: 1767225600, gate: 2, who: 'Li Wei', card: '12345678' },
  { what: 'move', sn: 'K1305433', how: 'shut', recordId: 8, at: 1767225604, gate: 2, photo: 'A'.repeat(9000) },
  { what: 'heartbeat', sn: 'K1305433' },
  { what: 'selfTest', sn: 'K1305433', result: 'ok', recordId: 9, at: 1767225609 },
];

describe('a draft', () => {
  const profile = taken(garden.map((body) => capture(body)));

  it('names topic, format, discriminator and device', () => {
    expect(profile.transport.up).toEqual({ news: { topic: 'acme/{device}/news' } });
    expect(profile.read).toEqual({ format: 'json', discriminator: 'what', device: 'sn' });
  });

  it('guesses time, number, repetition and door of each kind of message', () => {
    expect(profile.messages).toEqual([
      {
        name: 'move',
        on: ['news'],
        is: ['move'],
        time: { path: 'at', format: 'epoch-s' },
        dedup: [{ rule: 'vendor-record', key: ['recordId', '$time'] }, { rule: 'raw' }],
        sequence: { path: 'recordId', gap: 'none' },
        channel: 'gate',
        emits: [{ code: ['how'], codes: 'move' }],
      },
      { name: 'heartbeat', on: ['news'], is: ['heartbeat'], presence: 'heartbeat' },
      expect.objectContaining({ name: 'self-test', emits: [{ code: ['result'], codes: 'self-test' }] }),
    ]);
  });

  it('lists the codes that were seen, and takes none of them for anything', () => {
    const ignore = { ignore: 'not-mapped-yet' };
    expect(profile.codes).toEqual({ move: { open: ignore, shut: ignore }, 'self-test': { ok: ignore } });
    expect(profile.examples.flatMap((example) => example.expect.events ?? [])).toEqual([]);
  });

  it('declares what is personal', () => {
    expect(profile.personal).toEqual({ pictures: ['photo'], drop: ['who'], pseudonym: ['card'] });
  });

  it('has each message once as its example, redacted', () => {
    expect(taken([...garden, ...garden].map((body) => capture(body))).examples).toHaveLength(4);
    expect(profile.examples[0]).toMatchObject({
      topic: 'acme/{device}/news',
      body: {
        what: 'move',
        sn: 'example',
        how: 'open',
        recordId: 7,
        at: 1767225600,
        gate: 2,
        who: 'Xx Xxx',
        card: '00000000',
      },
      expect: { drops: { 'not-mapped-yet': 1, 'personal-field': 2 } },
    });
  });

  it('tells its author in both languages what to do next', () => {
    const { yaml } = draftProfile(
      garden.map((body) => capture(body)),
      mqtt,
    );
    for (const word of ['not-mapped-yet', '接下来', 'What to do next', '猜测', 'A guess: what tells messages apart']) {
      expect(yaml).toContain(word);
    }
  });

  it('becomes a profile when a code is given its kind', () => {
    const { yaml } = draftProfile(
      garden.map((body) => capture(body)),
      mqtt,
    );
    const edited = parseProfile(yaml.replace(/open:\s+ignore: not-mapped-yet/, 'open: door.opened'), 'draft.yaml');
    const { actual } = runExamples(compileProfile(edited)).results[0] ?? {};
    expect(actual?.events).toMatchObject([{ kind: 'door.opened', channel: '2', code: 'open', sequence: 7 }]);
  });

  it('is made of XML', () => {
    const alert = (type: string) =>
      capture(`<EventAlert><eventType>${type}</eventType><dateTime>2026-01-01T08:00:00+08:00</dateTime></EventAlert>`);
    const { read, messages } = taken([alert('VMD'), alert('tamper')]);
    expect(read).toEqual({ format: 'xml', discriminator: 'eventType' });
    expect(messages.map(({ is, time }) => [is, time?.path])).toEqual([
      [['VMD'], 'dateTime'],
      [['tamper'], 'dateTime'],
    ]);
  });

  it('is made of lines and of parameters of an address', () => {
    const http = { name: 'draft', protocol: 'http' } as const;
    const push = (body: string) => capture(body, '/iclock/cdata?SN=K1305433&table=rtlog');
    const profile = taken(
      [
        push('time=2026-01-01 08:00:00\tcardno=0\tevent=27\tindex=9'),
        push('time=2026-01-01 08:00:01\tcardno=4\tevent=0\tindex=10'),
      ],
      http,
    );
    expect(profile.read).toMatchObject({
      format: 'lines',
      lines: { separator: 'tab', pair: '=' },
      discriminator: '$query.table',
      device: '$query.SN',
    });
    expect(profile.messages[0]).toMatchObject({
      each: 'lines',
      sequence: { path: '$item.index' },
      emits: [{ code: ['$item.event'] }],
    });
    expect(profile.personal).toEqual({ pseudonym: ['lines.cardno'] });
  });

  it('says how many bodies are no text', () => {
    const picture = { topic: 'a/b', body: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1]), device: 'd' };
    expect(draftProfile([capture(garden[0]), picture], mqtt)).toMatchObject({ examples: 1, unreadable: 1 });
    expect(() => draftProfile([picture], mqtt)).toThrow(expect.objectContaining({ code: 'profile.nothing-learned' }));
  });

  it('of any JSON is a profile without errors that passes its own examples', () => {
    const key = fc.oneof(
      fc.constantFrom(
        'event',
        'type',
        'code',
        'time',
        'seq',
        'name',
        'card',
        'door',
        'id',
        'state',
        'data',
        'list',
        '__proto__',
      ),
      fc.string({ maxLength: 8 }),
    );
    const value = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.oneof(
          fc.string({ maxLength: 20, unit: 'binary' }),
          fc.double(),
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
          fc.constantFrom('open', 'heartbeat', '2026-01-01 08:00:00', 'K1305433'),
        ),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('object'),
      ),
      object: fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
    }));
    fc.assert(
      fc.property(fc.array(value.object, { minLength: 1, maxLength: 4 }), fc.boolean(), (bodies, isHttp) => {
        const profile = taken(
          bodies.map((body) => capture(body)),
          { name: 'draft', protocol: isHttp ? 'http' : 'mqtt' },
        );
        expect(profile.examples.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  it('of any text is a profile without errors, or there is none', () => {
    const sign = fc.constantFrom(...'ab1 =&:\t\n,<>/"{}[]张%'.split(''), 'event', '<a>', '</a>');
    fc.assert(
      fc.property(fc.array(fc.array(sign, { maxLength: 30 }), { minLength: 1, maxLength: 3 }), (texts) => {
        const captures = texts.map((signs) => capture(signs.join('')));
        const started = capture({ event: 'open' });
        expect(taken([started, ...captures]).examples.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the catalogue', () => {
  it('is asked first: the messages of a profile fit that profile', async () => {
    for (const profile of (await loadProfiles()).values()) {
      const { examples } = profile.source;
      const live = examples.filter(({ expect }) => expect.events !== undefined && expect.unknown === undefined);
      const captures = live.map((example) => withFields(example, new Map()));
      const fits = fitsOf([profile], captures);
      expect([profile.name, fits]).toEqual([
        profile.name,
        [{ profile: profile.name, vendor: profile.source.vendor, fits: live.length, of: live.length }],
      ]);
    }
  });

  it('fits also where neither topic nor device are known, and fits nothing of nobody’s', async () => {
    const catalogue = await loadProfiles();
    const panel = catalogue.get('face-panel-mqtt');
    const captures = (panel?.source.examples ?? [])
      .filter(({ expect }) => expect.events !== undefined)
      .map((example) => ({ ...withFields(example, new Map()), topic: undefined, device: '' }));
    expect(fitsOf(catalogue.values(), captures)[0]).toMatchObject({
      profile: 'face-panel-mqtt',
      fits: captures.length,
    });
    expect(fitsOf(catalogue.values(), [capture({ hello: 'world' })])).toEqual([]);
  });

  it('gives drafts of its own examples that are profiles without errors', async () => {
    for (const profile of (await loadProfiles()).values()) {
      const captures = profile.source.examples.map((example) => withFields(example, new Map()));
      const protocol = profile.protocol === 'http' ? 'http' : 'mqtt';
      expect(taken(captures, { name: 'draft', protocol }).messages.length).toBeGreaterThan(0);
    }
  });
});

describe('a draft of what an ONVIF device says', () => {
  it('is a profile of its topics, in which nothing is an event yet', () => {
    const hail = (second: number, State: string) => ({
      topic: 'Acme/Hail',
      topicRaw: 'tnsacme:Acme/Hail',
      utcTime: `2026-01-01T00:00:0${second}Z`,
      operation: 'Changed',
      source: { Source: '1', Rule: 'Li Wei' },
      key: {},
      data: { State },
    });
    const captures = [hail(1, 'true'), hail(2, 'false')].map((body) => capture(body, 'Acme/Hail'));
    const draft = taken(captures, { name: 'draft', protocol: 'onvif' });
    expect(draft).toMatchObject({ device: 'camera', transport: { protocol: 'onvif' } });
    expect(Object.values(draft.transport.up)).toEqual([{ topic: 'Acme/Hail' }]);
    expect(JSON.stringify(draft)).not.toContain('Li Wei');
    const { events } = compileProfile(draft).read({ topic: 'Acme/Hail', body: captures[0]!.body, device: 'x' });
    expect(events).toEqual([]);
  });
});
