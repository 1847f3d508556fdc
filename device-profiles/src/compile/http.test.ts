import { describe, expect, it } from '@jest/globals';
import { compileTiny, readTiny } from '../testing.fixture.js';

const time = { path: '$item.time', format: 'local' };

/** Records come as lines to `push?table=log`; the terminal fetches its commands from `next`. */
const terminal = {
  transport: {
    protocol: 'http',
    http: { login: 'address', answer: 'OK' },
    up: { push: { topic: 'push' }, hello: { topic: 'hello' } },
    down: { commands: { topic: 'next', by: 'poll' } },
  },
  read: { format: 'lines', lines: { columns: ['time', 'card', 'event', 'index'] }, discriminator: '$query.table' },
  personal: { pseudonym: ['lines.card'] },
  codes: { events: { 27: 'access.denied', 102: 'door.forced', 206: { ignore: 'start' } } },
  messages: [
    {
      name: 'log',
      on: ['push'],
      is: ['log'],
      each: 'lines',
      time,
      lateAfterSeconds: 60,
      dedup: [{ rule: 'vendor-record', key: ['$query.SN', '$item.index'] }],
      sequence: { path: '$item.index', gap: 'report' },
      credential: ['$item.card'],
      emits: [{ code: ['$item.event'], codes: 'events' }],
    },
    {
      name: 'state',
      on: ['push'],
      is: ['state'],
      each: 'lines',
      time,
      dedup: [{ rule: 'raw' }],
      emits: [
        { state: { path: '$item.event', bits: 2, edge: true, begins: 'tamper.device', ends: 'tamper.device_ended' } },
      ],
    },
    {
      name: 'person',
      on: ['push'],
      is: ['person'],
      sequence: { path: '$query.index', gap: 'report' },
      drop: 'person',
    },
    { name: 'hello', on: ['hello'], presence: 'online', answer: 'SN={$query.SN}\nDelay=10' },
  ],
  backfill: { to: 'commands', by: 'sequence', waitSeconds: 60, body: 'C:1:DATA {fromSequence}-{toSequence}' },
};

describe('a profile of a device that pushes over HTTP', () => {
  const profile = compileTiny(terminal);
  const log = (body: string) => readTiny(profile, body, 'push?SN=7&table=log');

  it('tells messages apart by the query, and makes an event of every record', () => {
    const { events, drops, numbered } = log(
      '2026-01-01 08:00:00\t5\t27\t1\n2026-01-01 08:00:01\t5\t102\t2\n2026-01-01 08:00:02\t\t206\t3',
    );
    expect(events.map(({ kind, dedup, sequence, position }) => [kind, dedup.key, sequence, position])).toEqual([
      ['access.denied', '7|1', 1, 0],
      ['door.forced', '7|2', 2, 0],
    ]);
    expect(events.map(({ credential }) => credential)).toEqual(['5', '5']);
    expect(numbered).toEqual([{ sequence: 3, previous: undefined, count: '' }]);
    expect(drops).toEqual([
      { reason: 'start', count: 1 },
      { reason: 'personal-field', count: 2 },
    ]);
  });

  it('gives the number of a record that is dropped whole, so that nobody takes it for lost', () => {
    expect(readTiny(profile, 'x', 'push?table=person&index=7')).toMatchObject({
      drops: [{ reason: 'person', count: 1 }],
      numbered: [{ sequence: 7, count: '' }],
    });
  });

  it('knows a record without a number by its own bytes, in whatever company it comes', () => {
    const state = (body: string) => readTiny(profile, body, 'push?table=state').events.map(({ dedup }) => dedup.key);
    const [alone] = state('2026-01-01 08:00:00\t\t2');
    expect(state('2026-01-01 07:00:00\t\t0\n2026-01-01 08:00:00\t\t2')[1]).toBe(alone);
  });

  it('reads bits, and says that only their change is an event', () => {
    const states = readTiny(profile, 'a\t\t3\nb\t\t1', 'push?table=state').events;
    expect(states.map(({ kind, edge }) => [kind, edge])).toEqual([
      ['tamper.device', 'tamper.device'],
      ['tamper.device_ended', 'tamper.device'],
    ]);
  });

  it('answers as the message says, without a line that the device made up', () => {
    expect(readTiny(profile, 'x', 'hello?SN=7%0ADelay%3D0').answer).toBe('SN=7Delay=0\nDelay=10');
    expect(log('2026-01-01 08:00:00\t5\t27\t1').answer).toBeUndefined();
  });

  it('asks for records by number', () => {
    expect(profile.backfill?.make('d1', { fromSequence: 4, toSequence: 6 })).toEqual({
      by: 'poll',
      topic: 'next',
      method: 'POST',
      payload: 'C:1:DATA 4-6',
      answerTopic: undefined,
    });
    expect(profile.backfill?.make('d1', { fromSequence: 4 })).toBeUndefined();
  });

  it('takes no more than 500 records of one message', () => {
    expect(() => log('2026-01-01 08:00:00\t5\t27\t1\n'.repeat(501))).toThrow(/too-many-items/);
  });
});

describe('a person in the address of a request', () => {
  it('is counted like one in the body', () => {
    const profile = compileTiny({
      transport: { protocol: 'http', http: { login: 'path' }, up: { ring: { topic: 'ring' } } },
      personal: { drop: ['$query.user'] },
      messages: [{ name: 'ring', on: ['ring'], dedup: [{ rule: 'receipt' }], emits: [{ kind: 'call.ringing' }] }],
    });
    expect(readTiny(profile, '', 'ring?user=somebody').drops).toEqual([{ reason: 'personal-field', count: 1 }]);
  });
});

describe('a call to a device', () => {
  it('has numbers where the device wants numbers, and a name for its answer', () => {
    const profile = compileTiny({
      transport: {
        protocol: 'http',
        http: { login: 'path' },
        up: { events: { topic: 'events' }, found: { topic: 'found' } },
        down: { search: { topic: 'search', by: 'call', answer: 'found' } },
      },
      backfill: {
        to: 'search',
        by: 'sequence',
        waitSeconds: 60,
        body: { from: '{fromSequence:number}', id: 'a{position}' },
        more: [{ path: 'status', equals: 'MORE' }],
      },
    });
    expect(profile.backfill?.make('d1', { fromSequence: 4, position: 0 })).toMatchObject({
      by: 'call',
      payload: '{"from":4,"id":"a0"}',
      answerTopic: 'found',
    });
    expect([{ status: 'MORE' }, { status: 'OK' }].map((answer) => profile.backfill?.hasMore(answer))).toEqual([
      true,
      false,
    ]);
  });
});
