import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instruction } from '@angrid/device-profiles';
import { type Clock, Secret, SystemClock, VirtualClock } from '@angrid/runtime';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { TestCounters } from '../../driver.fixture.js';
import { TestSink } from '../push.fixture.js';
import { type CallAccount, DeviceCaller } from './device-caller.js';

type Behaviour = (request: IncomingMessage, body: string, response: ServerResponse) => void;

const search: Instruction = {
  by: 'call',
  topic: 'search?format=json',
  method: 'POST',
  payload: '{"from":4}',
  answerTopic: 'found',
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

let server: Server;
let behaviour: Behaviour;
const asked: { readonly authorization: string | undefined; readonly body: string; readonly url: string | undefined }[] =
  [];

beforeEach(async () => {
  asked.length = 0;
  behaviour = (_request, _body, response) => response.end('{"status":"OK"}');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      asked.push({ authorization: request.headers.authorization, body, url: request.url });
      behaviour(request, body, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
});

afterEach(
  () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
);

function bench(options: { readonly clock?: Clock; readonly resolve?: (host: string) => Promise<string> } = {}) {
  const sink = new TestSink();
  const clock = options.clock ?? new SystemClock();
  const caller = new DeviceCaller({
    sink,
    clock,
    counters: new TestCounters(),
    stamp: () => ({ wall: '2026-01-01T00:00:00.000Z', monotonicMs: 0, boot: 'b' }),
    resolve: options.resolve ?? (async (host) => host),
  });
  return { sink, caller };
}

function account(password: string | undefined = 'right'): CallAccount {
  return {
    deviceId: 'A',
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ignored`,
    credentials: password === undefined ? undefined : { user: 'admin', password: new Secret(password) },
    maxBytes: 1000,
    parse: (body) => JSON.parse(body.toString()) as unknown,
  };
}

/** RFC 7616 with MD5 and qop=auth, as most devices have it. */
const withDigest: Behaviour = (request, _body, response) => {
  const given = request.headers.authorization ?? '';
  const field = (name: string): string => new RegExp(`${name}="?([^",]*)"?`).exec(given)?.[1] ?? '';
  const a1 = md5('admin:door:right');
  const a2 = md5(`${request.method ?? ''}:${request.url ?? ''}`);
  const expected = md5([a1, 'n1', field('nc'), field('cnonce'), 'auth', a2].join(':'));
  if (field('response') === expected) return void response.end('{"status":"MORE"}');
  response.writeHead(401, { 'www-authenticate': 'Digest realm="door", nonce="n1", qop="auth"' }).end();
};

describe('a call', () => {
  it('goes to the path of the instruction, and its answer to the sink and back', async () => {
    const { sink, caller } = bench();
    await expect(caller.call(account(), search)).resolves.toEqual({ answer: { status: 'OK' } });
    expect(asked).toMatchObject([{ url: '/search?format=json', body: '{"from":4}' }]);
    expect(sink.readings).toMatchObject([
      { deviceId: 'A', protocol: 'http', topic: 'found', body: Buffer.from('{"status":"OK"}') },
    ]);
  });

  it('answers a Digest challenge, and the next call without being asked', async () => {
    behaviour = withDigest;
    const { caller } = bench();
    await expect(caller.call(account(), search)).resolves.toEqual({ answer: { status: 'MORE' } });
    await caller.call(account(), search);
    expect(asked.map(({ authorization }) => authorization?.slice(0, 6))).toEqual([undefined, 'Digest', 'Digest']);
    expect(JSON.stringify(asked)).not.toContain('right');
  });

  it('is not tried again with a password that was refused twice, but with another one', async () => {
    behaviour = withDigest;
    const { caller } = bench();
    for (let count = 0; count < 4; count += 1) {
      await expect(caller.call(account('wrong'), search)).rejects.toMatchObject({
        code: 'device.refused',
        subject: 'A',
      });
    }
    expect(asked.filter(({ authorization }) => authorization !== undefined)).toHaveLength(2);
    await expect(caller.call(account('right'), search)).resolves.toEqual({ answer: { status: 'MORE' } });
  });

  it('never gives a password in clear', async () => {
    behaviour = (_request, _body, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    await expect(bench().caller.call(account(), search)).rejects.toMatchObject({ code: 'device.refused' });
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Behaviour, string]>([
    [
      'a redirect',
      (_a, _b, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
      'device.refused',
    ],
    ['too long an answer', (_a, _b, response) => response.end('x'.repeat(1001)), 'device.refused'],
    [
      'too long an answer in chunks',
      (_a, _b, response) => {
        response.write('x'.repeat(600));
        response.end('x'.repeat(600));
      },
      'device.refused',
    ],
    [
      'an encoding',
      (_a, _b, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      'device.refused',
    ],
    ['an error', (_a, _b, response) => response.writeHead(500).end(), 'device.refused'],
    ['no HTTP', (request) => request.socket.end('hello\r\n\r\n'), 'device.refused'],
    ['a closed connection', (request) => request.socket.destroy(), 'device.unreachable'],
  ])('that gets %s fails, and nothing of it reaches the sink', async (_says, behave, code) => {
    behaviour = behave;
    const { sink, caller } = bench();
    await expect(caller.call(account(), search)).rejects.toMatchObject({ code });
    expect(sink.readings).toEqual([]);
  });

  it('ends at its deadline, whatever the device does', async () => {
    const clock = new VirtualClock('2026-01-01T00:00:00Z');
    const { caller } = bench({ clock });
    const arrived = new Promise<void>((resolve) => (behaviour = () => resolve()));
    const outcome = expect(caller.call(account(), search)).rejects.toMatchObject({ code: 'device.unreachable' });
    await arrived;
    await clock.advance(15_000);
    await outcome;
  });

  it('is not made to an address that the guard refuses', async () => {
    const resolve = async (): Promise<string> => {
      throw new AnGridError('device.address-refused', { op: 'test' });
    };
    await expect(bench({ resolve }).caller.call(account(), search)).rejects.toMatchObject({
      code: 'device.address-refused',
    });
    expect(asked).toEqual([]);
  });

  it('of one device waits for the one before it, and not too many wait', async () => {
    let answer = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      behaviour = (_request, _body, response) => {
        answer = () => void response.end('{}');
        resolve();
      };
    });
    const { caller } = bench();
    const calls = Array.from({ length: 8 }, () => caller.call(account(), search));
    await expect(caller.call(account(), search)).rejects.toMatchObject({ code: 'device.busy' });
    await arrived;
    expect(asked).toHaveLength(1);
    behaviour = (_request, _body, response) => response.end('{}');
    answer();
    await Promise.all(calls);
    expect(asked).toHaveLength(8);
  });
});
