import { afterAll, afterEach, beforeAll, describe, expect, it, test } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { account, pathOf, request, SECRET, type TestListener, testListener } from './push.fixture.js';

const good = pathOf('A');
const basic = (text: string): string => `Authorization: Basic ${Buffer.from(text).toString('base64')}`;
const posted = (...headers: string[]): string => [`POST ${good} HTTP/1.1`, 'Host: g', ...headers, '', ''].join('\r\n');
const at = (path: string): Buffer => request(path, { body: 'x' });
const method = (name: string): Buffer => request(good, { method: name, body: '' });
const chunked = (body: string): string => posted('Transfer-Encoding: chunked') + body;
const LARGE = 'x'.repeat(5000);

/** What is written, and the status of the answer; 0 where there is none. */
type Case = readonly [says: string, bytes: string | Buffer, status: number];

const notHttp: readonly Case[] = [
  ['words', 'GARBAGE\r\n\r\n', 400],
  ['the hello of TLS', Buffer.from('16030100c8010000c40303', 'hex'), 400],
  ['zeros', Buffer.alloc(64), 400],
  ['HTTP/0.9', 'GET /\r\n\r\n', 505],
  ['HTTP/2.0', `POST ${good} HTTP/2.0\r\nHost: g\r\n\r\n`, 505],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ['MQTT', Buffer.from('101000044d5154540402003c000441414141', 'hex'), 400],
  ['RTSP', 'DESCRIBE rtsp://g/ RTSP/1.0\r\nCSeq: 1\r\n\r\n', 405],
  ['a method in small letters', `post ${good} HTTP/1.1\r\nHost: g\r\n\r\n`, 400],
  ['no Host', `POST ${good} HTTP/1.1\r\nContent-Length: 1\r\n\r\nx`, 400],
  ['a header of 9 KB', posted(`X-A: ${'a'.repeat(9000)}`), 431],
  ['an address of 9 KB', `POST ${good}?${'a'.repeat(9000)} HTTP/1.1\r\nHost: g\r\n\r\n`, 431],
  ['a thousand headers', posted(...Array.from({ length: 1000 }, (_, index) => `X-${index}: y`)), 431],
  ['a zero in a header', posted('X-A: a\0b', 'Content-Length: 0'), 400],
  ['a blank before a colon', posted('X-A : b', 'Content-Length: 0'), 400],
  ['a header without a name', posted(': b', 'Content-Length: 0'), 400],
  ['a line break alone in a header', posted('X-A: a\rX-B: b', 'Content-Length: 0'), 400],
];

const methods: readonly Case[] = [
  ['DELETE', method('DELETE'), 405],
  ['OPTIONS', method('OPTIONS'), 405],
  ['TRACE', method('TRACE'), 405],
  ['PATCH', method('PATCH'), 405],
  ['PROPFIND', method('PROPFIND'), 405],
  ['M-SEARCH', method('M-SEARCH'), 405],
  ['HEAD', method('HEAD'), 405],
  ['CONNECT', 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: g\r\n\r\n', 0],
];

const addresses: readonly Case[] = [
  ['a whole URL', at(`http://gateway${good}`), 404],
  ['a URL of another host', at('http://169.254.169.254/latest'), 404],
  ['two slashes in front', at(`/${good}`), 404],
  ['two slashes inside', at(`/p/A//events`), 404],
  ['a way up', at(`/p/A/${SECRET}/../events`), 404],
  ['a way up at the end', at(`/p/A/${SECRET}/..`), 404],
  ['a single dot', at(`/p/A/${SECRET}/./events`), 404],
  ['an encoded way up', at(`/p/A/${SECRET}/%2e%2e/events`), 404],
  ['a half encoded way up', at(`/p/A/${SECRET}/.%2E/events`), 404],
  ['an encoded slash', at(`/p/A/${SECRET}%2Fevents`), 404],
  ['an encoded backslash', at(`/p/A/${SECRET}/%5cevents`), 404],
  ['a backslash', at(`/p/A/${SECRET}/\\events`), 404],
  ['an encoded zero', at(`/p/A/${SECRET}/events%00`), 404],
  ['an encoded line break', at(`/p/A/${SECRET}/events%0d%0aX:y`), 404],
  ['no topic', at(`/p/A/${SECRET}`), 404],
  ['an empty topic', at(`/p/A/${SECRET}/`), 404],
  ['nothing but the prefix', at('/p'), 404],
  ['an encoded device', at(`/p/%41/${SECRET}/events`), 404],
  ['a wildcard for a device', at(`/p/+/${SECRET}/events`), 404],
  ['a device of 65 letters', at(`/p/${'A'.repeat(65)}/${SECRET}/events`), 404],
  ['bytes that are no ASCII', Buffer.from(`POST /p/A/${SECRET}/\xe9\xff HTTP/1.1\r\nHost: g\r\n\r\n`, 'latin1'), 400],
];

const logins: readonly Case[] = [
  ['no login', at('/events'), 401],
  ['a wrong secret', at('/p/A/AAAAAAAAAAAAAAAAAAAAAA/events'), 403],
  ['a secret cut short', at(`/p/A/${SECRET.slice(0, -1)}/events`), 403],
  ['an unknown device', at(`/p/nobody/${SECRET}/events`), 403],
  ['a device named like a built-in property', at(`/p/__proto__/${SECRET}/events`), 403],
  ['the secret of another device', at(`/p/C/${SECRET}/events`), 403],
  ['a hash for a secret', at(`/p/A/${account('A').passwordHash}/events`), 403],
  ['a wrong password in Basic', request('/events', { headers: [basic('A:wrong')] }), 403],
  ['no user in Basic', request('/events', { headers: [basic(`:${SECRET}`)] }), 403],
  ['Basic without a colon', request('/events', { headers: [basic('A')] }), 401],
  ['Basic that is no base64', request('/events', { headers: ['Authorization: Basic %%%%'] }), 401],
  ['Bearer', request('/events', { headers: [`Authorization: Bearer ${SECRET}`] }), 401],
  ['Digest', request('/events', { headers: ['Authorization: Digest username="A"'] }), 401],
  ['the right secret of a device that goes by its address', at(`/p/Z/${SECRET}/events`), 403],
  ['the address of a device in a header', request('/events', { headers: ['X-Forwarded-For: 127.0.0.9'] }), 401],
  ['an upgrade', request('/events', { method: 'GET', headers: ['Connection: upgrade', 'Upgrade: websocket'] }), 401],
];

const bodies: readonly Case[] = [
  ['a length above the limit', posted('Content-Length: 5000'), 413],
  ['a length beyond all numbers', posted('Content-Length: 99999999999999999999999'), 400],
  ['a negative length', posted('Content-Length: -1'), 400],
  ['a length with a sign', posted('Content-Length: +1'), 400],
  ['a hexadecimal length', posted('Content-Length: 0x10'), 400],
  ['a length in words', posted('Content-Length: five'), 400],
  ['two lengths', posted('Content-Length: 1', 'Content-Length: 2'), 400],
  ['two lengths in one', posted('Content-Length: 1, 2'), 400],
  ['length and chunks', posted('Content-Length: 4', 'Transfer-Encoding: chunked') + '0\r\n\r\n', 400],
  ['chunks and length', posted('Transfer-Encoding: chunked', 'Content-Length: 4') + '0\r\n\r\n', 400],
  ['an unknown transfer coding', posted('Transfer-Encoding: xchunked') + '0\r\n\r\n', 0],
  ['chunks that are not last', posted('Transfer-Encoding: chunked, identity') + '0\r\n\r\n', 400],
  ['chunks beyond the limit', chunked(`1388\r\n${LARGE}\r\n0\r\n\r\n`), 413],
  ['gzip', posted('Content-Encoding: gzip', 'Content-Length: 4'), 415],
  ['an expectation that nobody knows', posted('Expect: 200-maybe', 'Content-Length: 4'), 417],
  ['a large body announced by an expectation', posted('Expect: 100-continue', 'Content-Length: 5000'), 413],
];

let listener: TestListener;
let readings = 0;

beforeAll(async () => {
  const failures = 1_000_000;
  listener = await testListener({
    accounts: [account('A'), account('B'), account('C', { passwordHash: 'ab'.repeat(32) })],
    limits: { failures, headMs: 300, bodyMs: 300, requestBytes: 20_000 },
  });
  const byAddress = account('Z', { login: 'address' });
  listener.accounts.set('Z', byAddress);
  listener.addresses.set('127.0.0.9', byAddress);
});

afterAll(() => listener.stop());

/** Another device is served meanwhile. */
afterEach(async () => {
  const heard = await listener.ask(request(pathOf('B'), { body: 'still here' }), '127.0.0.2');
  expect(heard.statuses).toEqual([200]);
  expect(listener.sink.readings.pop()?.deviceId).toBe('B');
  readings = listener.sink.readings.length;
});

describe.each([
  ['what is no HTTP', notHttp],
  ['a method', methods],
  ['an address', addresses],
  ['a login', logins],
  ['a body', bodies],
])('%s is refused', (_what, cases) => {
  test.each(cases)('%s', async (_says, bytes, status) => {
    const wire = await listener.dial();
    wire.write(bytes);
    const { statuses } = await wire.closed();
    expect(statuses).toEqual(status === 0 ? [] : [status]);
    expect(listener.sink.readings).toHaveLength(readings);
  });
});

describe('time is bounded', () => {
  it.each([
    ['nothing at all', ''],
    ['line breaks only', '\r\n\r\n'],
    ['a head that does not end', `POST ${good} HTTP/1.1\r\nHost: g\r\n`],
    ['a body that does not come', posted('Content-Length: 10')],
    ['a chunk that does not come', chunked('5\r\nab')],
  ])('for %s', async (_says, bytes) => {
    const wire = await listener.dial();
    wire.write(bytes);
    expect((await wire.closed()).statuses).toEqual([408]);
  });

  it('for a head that comes letter by letter', async () => {
    const wire = await listener.dial();
    const head = `POST ${good} HTTP/1.1\r\n${'X: y\r\n'.repeat(1000)}`;
    let sent = 0;
    const dripping = setInterval(() => wire.write(head[sent++] ?? ''), 5);
    const { statuses } = await wire.closed();
    clearInterval(dripping);
    expect(statuses).toEqual([408]);
  });

  it('for a TLS handshake that does not begin', async () => {
    const { host, port } = listener.listening.tls;
    const wire = await listener.dial({ tls: true });
    wire.destroy();
    const { connect } = await import('node:net');
    const socket = connect({ host, port });
    await new Promise((resolve) => socket.once('close', resolve));
    expect(socket.bytesRead).toBe(0);
  });
});

describe('one connection', () => {
  it('carries no second request inside of the first', async () => {
    const inner = at(good).toString();
    const wire = await listener.dial();
    wire.write(`${posted('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${inner}`);
    expect((await wire.closed()).statuses).toEqual([400]);
    expect(listener.sink.readings).toHaveLength(readings);
  });

  it('is ended where more than eight requests wait for their answers', async () => {
    listener.sink.hold();
    const wire = await listener.dial();
    wire.write(Buffer.concat(Array.from({ length: 12 }, () => at(good))));
    expect((await wire.closed()).statuses).toEqual([]);
    listener.sink.settleAll();
    listener.sink.readings.length = 0;
  });

  it('that is hung up in the middle of a body leaves nothing', async () => {
    const before = listener.counters.of('http_requests_cut_off');
    const wire = await listener.dial();
    wire.write(`${posted('Content-Length: 10', 'Expect: 100-continue')}`);
    await wire.answers(1);
    wire.write('abc');
    wire.destroy();
    await listener.counters.reached('http_requests_cut_off', before + 1);
    expect(listener.sink.readings).toHaveLength(readings);
  });
});

describe('parts that cannot be read are counted, and answered so that the device does not repeat them', () => {
  const type = (parameters: string): string => `Content-Type: multipart/form-data${parameters}`;
  const part = (head: string, body: string): string => `--b\r\n${head}\r\n\r\n${body}\r\n`;
  const json = part('Content-Type: application/json', '{"door":1}');
  it.each([
    ['no boundary', '', json, 'no-boundary'],
    ['an empty boundary', '; boundary=', json, 'no-boundary'],
    ['a boundary of 71 letters', `; boundary=${'b'.repeat(71)}`, json, 'no-boundary'],
    ['no part at all', '; boundary=b', 'nothing', 'truncated'],
    ['a part that does not end', '; boundary=b', '--b\r\nContent-Type: application/json\r\n\r\n{"door"', 'truncated'],
    ['a head that does not end', '; boundary=b', `--b\r\n${'X: y\r\n'.repeat(500)}`, 'part-head'],
    ['too many parts', '; boundary=b', `${part('Content-Type: image/jpeg', 'x').repeat(17)}--b--`, 'too-many-parts'],
    [
      'a message above the limit',
      '; boundary=b',
      `${part('Content-Type: application/json', LARGE)}--b--`,
      'message-too-large',
    ],
  ])('%s', async (_says, parameters, body, reason) => {
    const before = listener.counters.of(`http_bodies_malformed ${reason}`);
    const heard = await listener.ask(request(good, { headers: [type(parameters)], body }));
    expect(heard.statuses).toEqual([200]);
    expect(listener.counters.of(`http_bodies_malformed ${reason}`)).toBe(before + 1);
    expect(listener.sink.readings.pop()?.body).toHaveLength(0);
  });

  it('and too much of them is refused', async () => {
    const pictures = `${part('Content-Type: image/jpeg', 'x'.repeat(21_000))}--b--`;
    expect((await listener.ask(request(good, { headers: [type('; boundary=b')], body: pictures }))).statuses).toEqual([
      413,
    ]);
    expect(listener.refused.at(-1)).toBe('A');
  });
});

test('only what a known device sends beyond its share is told as such', async () => {
  const before = listener.refused.length;
  for (const odd of [at('/p/A/AAAAAAAAAAAAAAAAAAAAAA/events'), posted('Content-Encoding: gzip', 'Content-Length: 4')]) {
    await listener.ask(odd);
  }
  expect(listener.refused.slice(before)).toEqual([]);
  await listener.ask(posted('Content-Length: 5000'));
  expect(listener.refused.slice(before)).toEqual(['A']);
});

test('no secret is in anything that was logged, counted or answered', async () => {
  const text = listener.logged.join() + listener.counters.all;
  expect(text).not.toContain(SECRET.slice(0, 12));
  expect(listener.logged.length).toBeGreaterThan(0);
});

describe('failed log-ins', () => {
  const wrong = at('/p/A/AAAAAAAAAAAAAAAAAAAAAA/events');

  it('are answered for a while, logged once, and never keep the right secret out', async () => {
    const clock = new VirtualClock('2026-01-01T00:00:00Z');
    const own = await testListener({ clock });
    const statuses: number[] = [];
    for (let count = 0; count < 12; count += 1) statuses.push(...(await own.ask(wrong)).statuses);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 403), 429, 429]);
    expect(own.logged).toHaveLength(1);
    expect((await own.ask(at(good))).statuses).toEqual([200]);
    expect((await own.ask(wrong, '127.0.0.3')).statuses).toEqual([403]);
    await own.stop();
  });
});

describe('crowds', () => {
  it('that say nothing keep nobody out: the oldest stranger makes room', async () => {
    const own = await testListener({ limits: { sockets: 20, socketsPerIp: 10 } });
    const idle = [];
    for (let count = 0; count < 30; count += 1) idle.push(await own.dial({ from: `127.0.0.${10 + (count % 3)}` }));
    expect((await own.ask(at(good), '127.0.0.99')).statuses).toEqual([200]);
    expect(own.counters.of('http_connections_refused evicted')).toBeGreaterThanOrEqual(10);
    for (const wire of idle) wire.destroy();
    await own.stop();
  });

  it('of one device are told to come again, and other devices do not notice', async () => {
    const own = await testListener({ limits: { underWay: 2 } });
    own.sink.hold();
    const waiting = await Promise.all(Array.from({ length: 4 }, () => own.dial()));
    waiting[0]?.write(at(good));
    waiting[1]?.write(at(good));
    await own.sink.reached(2);
    waiting[2]?.write(at(good));
    const heard = await waiting[2]?.closed();
    expect(heard?.statuses).toEqual([503]);
    expect(own.refused).toEqual(['A']);
    expect(heard?.text).toMatch(/retry-after/i);
    waiting[3]?.write(at(pathOf('B')));
    await own.sink.reached(3);
    own.sink.settleAll();
    expect((await waiting[3]?.answers(1))?.statuses).toEqual([200]);
    for (const wire of waiting) wire.destroy();
    await own.stop();
  });

  it('of large messages wait for room, and small ones still come in', async () => {
    const own = await testListener({
      accounts: [account('A', { maxBytes: 100_000 }), account('B')],
      limits: { totalBytes: 200_000, requestBytes: 100_000, patienceMs: 50 },
    });
    own.sink.hold();
    const first = await own.dial();
    first.write(request(good, { body: 'x'.repeat(100_000) }));
    await own.sink.reached(1);
    expect((await own.ask(request(good, { body: 'x'.repeat(100_000) }))).statuses).toEqual([503]);
    const small = await own.dial();
    small.write(at(pathOf('B')));
    await own.sink.reached(2);
    own.sink.settleAll();
    expect((await small.answers(1)).statuses).toEqual([200]);
    first.destroy();
    small.destroy();
    await own.stop();
  });
});
