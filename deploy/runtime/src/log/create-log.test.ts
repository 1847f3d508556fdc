import { Buffer } from 'node:buffer';
import { AnGridError } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import { VirtualClock } from '../clock/virtual-clock.js';
import { Secret } from '../secret/secret.js';
import { createLog, type LogOptions } from './create-log.js';
import type { Log } from './log.js';
import { Redactor } from './redactor.js';

const CANARY = 'S3cr3t-CANARY';

function recording(options: Partial<LogOptions> = {}): {
  log: Log;
  lines: string[];
  last: () => Record<string, unknown>;
} {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ name: 'gateway', clock: new VirtualClock(), destination, ...options });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

function knowing(...values: string[]): Redactor {
  const redactor = new Redactor();
  redactor.register(...values.map((value) => new Secret(value)));
  return redactor;
}

describe('a line', () => {
  it('is one JSON object with level, time, name, the fields and the message', () => {
    const { log, lines } = recording();
    log.info({ device: 'panel-1', count: 3 }, 'panel connected');
    expect(lines).toEqual([
      '{"level":"info","time":"2026-01-01T00:00:00.000Z","name":"gateway","device":"panel-1","count":3,"msg":"panel connected"}\n',
    ]);
  });

  it('is written from its level upwards', () => {
    const { log, lines } = recording({ level: 'warn' });
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['warn', 'error']);
  });

  it('of a child carries the fields of its parents', () => {
    const { log, last } = recording();
    log.child({ site: 's1' }).child({ device: 'd1' }).warn({ x: 1 }, 'm');
    expect(last()).toMatchObject({ site: 's1', device: 'd1', x: 1 });
  });

  it('keeps its own keys when a field has the same name', () => {
    const { log, last } = recording();
    log.info({ level: 9, name: 'n', msg: 'x', time: 1 }, 'm');
    expect(last()).toMatchObject({
      level: 'info',
      name: 'gateway',
      msg: 'm',
      level_: 9,
      name_: 'n',
      msg_: 'x',
      time_: 1,
    });
  });
});

describe('an error', () => {
  it('of ours is written with code, operation, subject, detail and the chain of its causes', () => {
    const { log, last } = recording();
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    log.warn(
      {
        err: new AnGridError('uplink.unreachable', { op: 'uplink.send', subject: 'cloud', detail: 'attempt 3', cause }),
      },
      'm',
    );
    expect(last()['err']).toEqual({
      code: 'uplink.unreachable',
      op: 'uplink.send',
      subject: 'cloud',
      detail: 'attempt 3',
      cause: {
        type: 'Error',
        code: 'ECONNREFUSED',
        message: 'connect ECONNREFUSED',
        stack: expect.stringContaining('ECONNREFUSED'),
      },
    });
  });

  it('in place of fields becomes the field err', () => {
    const { log, last } = recording();
    log.error(new AnGridError('outbox.full', { op: 'outbox.append' }), 'm');
    expect(last()['err']).toEqual({ code: 'outbox.full', op: 'outbox.append' });
  });

  it('that holds others is written with them', () => {
    const { log, last } = recording();
    log.warn({ err: new AggregateError([new Error('one'), new Error('two')], 'all') }, 'm');
    expect(last()['err']).toMatchObject({ message: 'all', errors: [{ message: 'one' }, { message: 'two' }] });
  });

  it('that causes itself ends', () => {
    const { log, last } = recording();
    const error = new Error('loop');
    error.cause = error;
    log.warn({ err: error }, 'm');
    expect(last()['err']).toMatchObject({ message: 'loop', cause: '[circular]' });
  });
});

describe('a field that JSON cannot hold', () => {
  const circular: Record<string, unknown> = { a: 1 };
  circular['self'] = circular;
  const throwing = {
    get broken(): never {
      throw new Error('getter');
    },
  };

  test.each<[string, unknown, unknown]>([
    ['bigint', 5n, '5'],
    ['NaN', Number.NaN, 'NaN'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a url', new URL('https://h/a'), 'https://h/a'],
    ['bytes', Buffer.from('abc'), '[3 bytes]'],
    ['a map', new Map([['a', 1]]), { a: 1 }],
    ['a set', new Set([1, 2]), [1, 2]],
    ['a circle', circular, { a: 1, self: '[circular]' }],
    ['a getter that throws', throwing, { unprintable: true }],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('x');
        },
      },
      '[unprintable]',
    ],
    ['a long list', Array.from({ length: 60 }, () => 0), [...Array.from({ length: 50 }, () => 0), '… (60 items)']],
    ['undefined and functions', { a: undefined, b: () => 1, c: null }, { c: null }],
  ])('is spelt out: %s', (_, value, plain) => {
    const { log, last } = recording();
    log.info({ value }, 'm');
    expect(last()['value']).toEqual(plain);
  });

  it('is cut where it is too long or too deep', () => {
    const { log, last } = recording();
    let deep: object = {};
    for (let depth = 0; depth < 50; depth += 1) deep = { deep };
    log.info({ text: 'x'.repeat(100_000), deep }, 'y'.repeat(100_000));
    expect(last()['text']).toBe(`${'x'.repeat(2000)}… (100000 characters)`);
    expect(last()['msg']).toBe(`${'y'.repeat(2000)}… (100000 characters)`);
    expect(JSON.stringify(last()['deep'])).toContain('"[deep]"');
  });
});

describe('the canary', () => {
  const basic = Buffer.from(`admin:${CANARY}`).toString('base64');
  const shapes: [string, object, string][] = [
    ['the message', {}, `login with ${CANARY}`],
    ['a field', { note: CANARY }, 'm'],
    ['a key', { [CANARY]: 1 }, 'm'],
    ['a list deep inside', { a: { b: [{ c: [`x${CANARY}y`] }] } }, 'm'],
    ['a Secret', { token: new Secret(CANARY), other: new Secret(CANARY) }, 'm'],
    ['a URL', { url: new URL(`rtsp://admin:${CANARY}@10.0.0.1/live`) }, 'm'],
    ['a URL as text', { url: `rtsp://admin:${CANARY}@10.0.0.1/live` }, 'm'],
    ['a query', { url: `https://h/?p=${CANARY}` }, 'm'],
    ['percent-encoding', { url: `https://h/?p=%53${encodeURIComponent(CANARY)}` }, 'm'],
    ['a basic header', { headers: { Authorization: `Basic ${basic}` } }, 'm'],
    ['a basic header as text', { request: `GET / HTTP/1.1\r\nauthorization: Basic ${basic}\r\n` }, 'm'],
    ['bare base64', { blob: basic }, 'm'],
    ['JSON within a field', { body: JSON.stringify({ password: CANARY }) }, 'm'],
    ['XML', { body: `<wsse:Password>${CANARY}</wsse:Password>` }, 'm'],
    ['an error message', { err: new Error(`bad ${CANARY}`) }, 'm'],
    ['the cause of an error', { err: new AnGridError('uplink.refused', { op: 'a', cause: new Error(CANARY) }) }, 'm'],
    [
      'the detail of an error',
      { err: new AnGridError('uplink.refused', { op: 'a', subject: CANARY, detail: CANARY }) },
      'm',
    ],
    ['an object with toJSON', { it: { toJSON: () => ({ deep: CANARY }) } }, 'm'],
    ['a map', { it: new Map([['a', CANARY]]) }, 'm'],
    ['a set', { it: new Set([CANARY]) }, 'm'],
    ['bytes', { it: Buffer.from(CANARY) }, 'm'],
    ['the end of a text that is cut', { text: 'x'.repeat(1995) + CANARY + 'x'.repeat(5000) }, 'm'],
  ];

  test.each(shapes)('never appears, in %s', (_, fields, message) => {
    const { log, lines } = recording({ redactor: knowing(CANARY) });
    log.error(fields, message);
    log.child(fields).info({}, message);
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).not.toMatch(/S3cr3t|CANARY/i);
      expect(line).not.toContain(basic.slice(8, 20));
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });

  it('never appears as a number', () => {
    const { log, last } = recording({ redactor: knowing('80808080') });
    log.info({ pin: 80808080, other: 1 }, 'm');
    expect(last()).toMatchObject({ pin: '[secret]', other: 1 });
  });

  it('is taken out of the fields of a child that was made before it was registered', () => {
    const redactor = new Redactor();
    const { log, lines } = recording({ redactor });
    const child = log.child({ note: CANARY });
    redactor.register(new Secret(CANARY));
    child.info({}, 'm');
    expect(lines[0]).not.toContain(CANARY);
  });

  it('is masked by the name of its key without being registered, absence and booleans excepted', () => {
    const { log, last } = recording();
    log.info({ password: 'x', apiKey: 5, nested: { cookie: ['x'] }, token: null, hasSecret: true }, 'm');
    expect(last()).toMatchObject({
      password: '[secret]',
      apiKey: '[secret]',
      nested: { cookie: '[secret]' },
      token: null,
      hasSecret: true,
    });
  });
});
