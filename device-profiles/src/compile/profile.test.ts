import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { compileTiny, emitting, readTiny } from '../testing.fixture.js';

const opened = { kind: 'door.opened' };
const device = {
  transport: {
    protocol: 'mqtt',
    up: { events: { topic: 'tiny/{device}/events' } },
    down: { commands: { topic: 'tiny/{device}' } },
  },
};

describe('topics', () => {
  const profile = compileTiny({
    transport: {
      protocol: 'mqtt',
      up: { codes: { topic: 'vto/{device}/{code}/Event', qos: 0 }, shared: { topic: 'vto/basic' } },
    },
    messages: [
      {
        name: 'code',
        on: ['codes'],
        dedup: [{ rule: 'vendor-record', key: ['id'] }],
        emits: [{ code: ['$topic.code', 'n'], codes: 'all' }],
      },
      { name: 'basic', on: ['shared'], presence: 'online' },
    ],
    codes: { all: { 'Door/1': 'door.opened' } },
  });

  it('give the broker its patterns', () => {
    expect(profile.publish).toEqual(['vto/{device}/+/Event', 'vto/basic']);
    expect(profile.qos).toBe(0);
  });

  it('can carry a part of the message', () => {
    expect(readTiny(profile, { id: 1, n: 1 }, 'vto/d1/Door/Event').events[0]).toMatchObject({
      kind: 'door.opened',
      code: 'Door/1',
    });
  });

  test.each(['vto/d2/Door/Event', 'vto/d1/Door/Event/x', 'vto/d1//Event', 'x/vto/d1/Door/Event', 'vto/d1', ''])(
    'of another device or shape (%s) are unknown',
    (topic) => {
      expect(readTiny(profile, { id: 1, n: 1 }, topic)).toMatchObject({ unknown: true, events: [] });
    },
  );

  it('can be several that are read alike, and take what a user typed at their end', () => {
    const several = compileTiny({
      transport: { protocol: 'mqtt', up: { events: { topic: ['tiny/a', 'tiny/b/{rest*}'] } } },
      messages: [
        {
          name: 'x',
          on: ['events'],
          dedup: [{ rule: 'vendor-record', key: ['id'] }],
          emits: [{ kind: 'door.opened', channel: '$topic.rest' }],
        },
      ],
    });
    const read = (topic: string) => several.read({ topic, body: Buffer.from('{"id":1}'), device: 'd1' });
    expect(several.publish).toEqual(['tiny/a', 'tiny/b/#']);
    expect(read('tiny/a').events).toMatchObject([{ channel: undefined }]);
    expect(read('tiny/b/left').events).toMatchObject([{ channel: 'left' }]);
    expect(read('tiny/b/left/rear').events).toMatchObject([{ channel: 'left/rear' }]);
    for (const other of ['tiny/b', 'tiny/b/', 'tiny/c/left', 'tiny/a/b']) expect(read(other).unknown).toBe(true);
  });

  it('are not widened by the id of a device', () => {
    const simple = compileTiny();
    const read = (topic: string, id: string) =>
      simple.read({ topic, body: Buffer.from('{"id":1}'), device: id }).unknown;
    expect(read('tiny/d1/events', 'd1')).toBe(false);
    expect(read('tiny/d1/d2/events', 'd1')).toBe(true);
    expect(read('tiny/d/events', 'd1')).toBe(true);
  });
});

describe('conditions', () => {
  const holds = (condition: object, body: object): boolean =>
    readTiny(compileTiny(emitting({ ...opened, when: [condition] })), { id: 1, ...body }).events.length === 1;

  test.each<[string, object, object, boolean]>([
    ['a text equals a number', { path: 'v', equals: 1 }, { v: '1' }, true],
    ['a number equals a text', { path: 'v', equals: '1' }, { v: 1 }, true],
    ['blanks around it do not count', { path: 'v', equals: 'on' }, { v: ' on ' }, true],
    ['a list has it', { path: 'v', in: [1, 2] }, { v: '2' }, true],
    ['a list has it not', { path: 'v', in: [1, 2] }, { v: 3 }, false],
    ['true is spelt ON', { path: 'v', is: true }, { v: 'ON' }, true],
    ['true is spelt 1', { path: 'v', is: true }, { v: 1 }, true],
    ['false is spelt inactive', { path: 'v', is: false }, { v: 'inactive' }, true],
    ['maybe is neither true', { path: 'v', is: true }, { v: 'maybe' }, false],
    ['nor false', { path: 'v', is: false }, { v: 'maybe' }, false],
    ['null is not there', { path: 'v', present: true }, { v: null }, false],
    ['a blank is not there', { path: 'v', present: false }, { v: ' ' }, true],
    ['at least', { path: 'v', atLeast: 5 }, { v: '5' }, true],
    ['has a word', { path: 'v', hasWord: ['human', 'Car'] }, { v: 'Bag,HUMAN' }, true],
    ['has no such word', { path: 'v', hasWord: ['human'] }, { v: 'humane Bag' }, false],
    ['an empty list has none', { path: 'v', hasWord: ['human'] }, { v: '' }, false],
    ['digits that are padded', { path: 'v', is: true }, { v: '001' }, true],
    ['zeros', { path: 'v', is: false }, { v: '000' }, true],
    ['other digits', { path: 'v', is: false }, { v: '007' }, false],
    ['below', { path: 'v', below: 5 }, { v: 5 }, false],
    ['nothing is not below', { path: 'v', below: 5 }, {}, false],
    ['turned round', { path: 'v', equals: 1, not: true }, { v: 2 }, true],
    [
      'any of two',
      {
        any: [
          { path: 'v', equals: 1 },
          { path: 'w', equals: 1 },
        ],
      },
      { w: 1 },
      true,
    ],
    ['a list element by its number', { path: 'v.1.w', equals: 'x' }, { v: [{}, { w: 'x' }] }, true],
    ['a path through a text', { path: 'v.w', present: true }, { v: 'text' }, false],
  ])('%s', (_what, condition, body, expected) => {
    expect(holds(condition, body)).toBe(expected);
  });
});

describe('what tells a repeated event', () => {
  const dedupOf = (rules: object[], body: object) =>
    readTiny(compileTiny(emitting(opened, { dedup: rules, time: { path: 'time', format: 'iso' } })), body).events[0]
      ?.dedup;
  const record = { rule: 'vendor-record', key: ['rec', 'time'] };
  const sequence = { rule: 'device-sequence', epoch: 'boot', sequence: 'seq' };

  it('is the first rule whose fields are all there', () => {
    expect(dedupOf([record, sequence], { rec: 1, time: 't', boot: 'b', seq: 2 })).toEqual({
      rule: 'vendor-record',
      key: '1|t',
    });
    expect(dedupOf([record, sequence], { rec: 1, boot: 'b', seq: 2 })).toEqual({ rule: 'device-sequence', key: 'b|2' });
    expect(dedupOf([record, { rule: 'raw' }], {})).toEqual({ rule: 'raw', key: undefined });
  });

  it('must be there', () => {
    expect(() => dedupOf([record], { rec: 1 })).toThrow('no-dedup-key');
  });

  it('is never the same for different fields, and always short', () => {
    const field = fc.string({ minLength: 1, maxLength: 300 }).filter((text) => text.trim() === text && text !== '~');
    fc.assert(
      fc.property(fc.tuple(field, field), fc.tuple(field, field), ([a, b], [c, d]) => {
        const left = dedupOf([record], { rec: a, time: b })?.key ?? '';
        const right = dedupOf([record], { rec: c, time: d })?.key ?? '';
        expect(left.length).toBeLessThanOrEqual(128);
        expect(left === right).toBe(a === c && b === d);
      }),
    );
  });
});

describe('what an event keeps', () => {
  const keep = {
    level: { path: 'level', as: 'number' },
    mode: { path: 'mode', as: 'token' },
    on: { path: 'on', as: 'boolean' },
  };
  const profile = compileTiny({
    personal: { drop: ['owner'], pictures: ['pic'] },
    ...emitting({ ...opened, keep, set: { source: 'test' } }),
  });

  it('is what the profile names, converted, and nothing else', () => {
    const read = readTiny(profile, {
      id: 1,
      level: '80',
      mode: 'auto',
      on: 'yes',
      owner: 'somebody',
      pic: 'data',
      other: 1,
    });
    expect(read.events[0]?.attributes).toEqual({ source: 'test', level: 80, mode: 'auto', on: true });
    expect(read.drops).toEqual([
      { reason: 'personal-field', count: 1 },
      { reason: 'picture', count: 1 },
    ]);
  });

  it('is never a text that could be a person’s: a sentence, a telephone number, an identity number', () => {
    for (const mode of ['two words', '张三', '13800000000', 'x110101199001010011', 'a'.repeat(65)]) {
      const read = readTiny(profile, { id: 1, mode });
      expect(read.events[0]?.attributes).toEqual({ source: 'test' });
      expect(read.drops).toEqual([{ reason: 'attribute-refused', count: 1 }]);
    }
  });

  it('is never a number that cannot be written again', () => {
    expect(readTiny(profile, '{"id":1,"level":1e999}').events[0]?.attributes).toEqual({ source: 'test' });
  });

  it('counts a text that is too long and that nobody declared', () => {
    expect(readTiny(profile, { id: 1, pic: 'x'.repeat(9000), other: 'y'.repeat(9000) }).drops).toEqual([
      { reason: 'picture', count: 1 },
      { reason: 'long-text', count: 1 },
    ]);
  });

  it('names a door by a word, or by so little of its hash that nobody can turn it back', () => {
    const door = compileTiny(emitting({ ...opened, channel: 'door' }));
    const channel = (name: unknown) => readTiny(door, { id: 1, door: name }).events[0]?.channel;
    expect(channel('gate-1')).toBe('gate-1');
    expect(channel(2)).toBe('2');
    expect(channel('张三家')).toMatch(/^h-[0-9a-f]{4}$/);
    expect(channel('张三家')).toBe(channel('张三家'));
    expect(channel('')).toBeUndefined();
  });
});

describe('an acknowledgement', () => {
  const profile = compileTiny({
    ...device,
    ...emitting(opened, {
      acknowledge: { to: 'commands', body: { op: 'Ack', n: 2, list: [true, null, '{id}/{$device}'], text: 'a"b' } },
    }),
  });

  it('is filled from the message', () => {
    const { acknowledgement } = readTiny(profile, { id: 'r"1' });
    expect(acknowledgement?.topic).toBe('tiny/d1');
    expect(JSON.parse(acknowledgement?.payload ?? '')).toEqual({
      op: 'Ack',
      n: 2,
      list: [true, null, 'r"1/d1'],
      text: 'a"b',
    });
  });

  it('is JSON whatever the device put into its fields', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        const payload = readTiny(profile, { id: `x${id}x` }).acknowledgement?.payload ?? '';
        expect((JSON.parse(payload) as { list: unknown[] }).list[2]).toBe(`x${id}x/d1`);
      }),
    );
  });

  it('is not sent when a field that it needs is missing', () => {
    const other = compileTiny({
      ...device,
      ...emitting(opened, { acknowledge: { to: 'commands', body: { n: '{nothing}' } } }),
    });
    expect(readTiny(other, { id: 1 }).acknowledgement).toBeUndefined();
  });
});

describe('a state that the device tells again and again', () => {
  const state = { path: 'on', edge: { overAfterSeconds: 10 }, begins: 'behaviour.intrusion' };
  const profile = compileTiny(emitting({ state, channel: 'area' }, { late: [{ path: 'old', is: true }] }));
  const read = (body: object) => readTiny(profile, { id: 1, area: 2, ...body });

  it('says which property it is, and after how much silence that is over', () => {
    expect(read({ on: 'active' }).events).toMatchObject([
      { kind: 'behaviour.intrusion', edge: 'behaviour.intrusion', edgeOverAfterSeconds: 10 },
    ]);
  });

  it('ends by a report where no kind says that it ends', () => {
    expect(read({ on: 'inactive' })).toMatchObject({
      events: [],
      states: [{ kind: 'behaviour.intrusion', channel: '2', active: false }],
    });
  });

  it('says nothing of the present where it is late', () => {
    expect(read({ on: 'inactive', old: true })).toMatchObject({
      states: [],
      drops: [{ reason: 'not-an-event', count: 1 }],
    });
  });
});

describe('a message', () => {
  it('may carry several events', () => {
    const emits = [
      { state: { path: 'contact', invert: true, begins: 'door.opened', ends: 'door.closed' } },
      { kind: 'power.battery_low', when: [{ path: 'battery_low', is: true }] },
    ];
    const profile = compileTiny({
      messages: [{ name: 'contact', on: ['events'], dedup: [{ rule: 'vendor-record', key: ['id'] }], emits }],
    });
    const kinds = (body: object) => readTiny(profile, { id: 1, ...body }).events.map((event) => event.kind);
    expect(kinds({ contact: false, battery_low: true })).toEqual(['door.opened', 'power.battery_low']);
    expect(kinds({ contact: true, battery_low: false })).toEqual(['door.closed']);
  });

  it('that is known and says nothing is counted', () => {
    const profile = compileTiny(emitting({ ...opened, when: [{ path: 'x', equals: 1 }] }));
    expect(readTiny(profile, { id: 1 })).toMatchObject({
      events: [],
      drops: [{ reason: 'not-an-event', count: 1 }],
      unknown: false,
    });
  });

  it('of any content gives a reading or a refusal, never anything else', () => {
    const profile = compileTiny({
      ...device,
      codes: { c: { '1': 'door.opened' } },
      ...emitting({ code: ['a.b'], codes: 'c', channel: ['d.0', 'e'] }),
    });
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        try {
          expect(readTiny(profile, body).events.length).toBeLessThanOrEqual(1);
        } catch (error) {
          expect(error).toMatchObject({ code: 'profile.malformed-payload' });
        }
      }),
    );
  });
});

describe('an event that is known again', () => {
  const compile = (dedup: object, more: object = {}) => compileTiny(emitting(opened, { dedup: [dedup], ...more }));

  it('by its time, however that is spelt', () => {
    const rule = { rule: 'vendor-record', key: ['id', '$time'] };
    const text = compile(rule, { time: { path: 'at', format: 'local' } });
    const packed = compile(rule, { time: { path: 'at', format: 'packed' } });
    const keys = [readTiny(text, { id: 9, at: '2017-01-19 15:14:48' }), readTiny(packed, { id: 9, at: 548003688 })];
    const [first, second] = keys.map(({ events }) => events[0]?.dedup.key);
    expect(first).toBe('9|1484838888000');
    expect(second).toBe(first);
  });

  it('not at all where it tells nothing of itself', () => {
    expect(readTiny(compile({ rule: 'receipt' }), {}).events[0]?.dedup).toEqual({ rule: 'raw', key: undefined });
  });
});

describe('a credential', () => {
  const profile = compileTiny({
    personal: { pseudonym: ['card', 'pin'], nobody: ['0'] },
    ...emitting(opened, { credential: ['card', 'pin'] }),
  });
  const read = (body: object) => {
    const { events, drops } = readTiny(profile, { id: 1, ...body });
    return [events[0]?.credential, drops[0]?.count];
  };

  it('is nobody’s where the device says so', () => {
    expect(read({ card: 0, pin: '0' })).toEqual([undefined, undefined]);
    expect(read({ card: '0', pin: '7' })).toEqual(['7', 1]);
    expect(read({ card: '5', pin: '7' })).toEqual(['5', 2]);
  });
});
