import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { AnGridError } from '@angrid/contract';
import { VirtualClock } from '@angrid/runtime';
import { afterEach, describe, expect, it, test } from '@jest/globals';
import { selfSigned } from './certificate.fixture.js';
import type { HttpReply } from './http-reply.js';
import { CameraTransport, type Post } from './transport.js';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const post = (more: Partial<Post> = {}): Post => ({
  op: 'onvif.test',
  path: '/onvif?x=1',
  body: '<a/>',
  headers: { 'content-type': 'application/soap+xml' },
  deadlineMs: 5_000,
  ...more,
});

interface Bench {
  readonly clock: VirtualClock;
  readonly transport: CameraTransport;
  readonly resolved: string[];
}

function bench(address: string, resolve: (host: string) => Promise<string> = async (host) => host): Bench {
  const clock = new VirtualClock();
  const resolved: string[] = [];
  const transport = new CameraTransport({
    subject: 'cam-1',
    address,
    clock,
    resolve(host) {
      resolved.push(host);
      return resolve(host);
    },
  });
  closers.push(() => transport.close());
  return { clock, transport, resolved };
}

/** A TCP server that does with each connection what the test says. */
async function listen(onSocket: (socket: Socket) => void, server: Server = createServer()): Promise<string> {
  server.on('connection', (socket) => {
    socket.on('error', () => undefined);
    closers.push(() => socket.destroy());
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Answers each request with the same bytes. */
function always(text: string): (socket: Socket) => void {
  return (socket) => socket.on('data', () => socket.write(text));
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('one request', () => {
  it('goes to the address that the resolver pinned, and names the host as it was written', async () => {
    let heard = '';
    const address = await listen((socket) =>
      socket.on('data', (data) => {
        heard += data.toString();
        if (heard.endsWith('<a/>')) socket.write(OK);
      }),
    );
    const named = address.replace('127.0.0.1', 'camera.lan');
    const { transport, resolved } = bench(named, async () => '127.0.0.1');
    const reply = await transport.post(post());
    expect(reply).toMatchObject({ status: 200, body: Buffer.from('ok') });
    expect(resolved).toEqual(['camera.lan']);
    expect(heard).toContain('POST /onvif?x=1 HTTP/1.1\r\n');
    expect(heard).toContain(`host: ${new URL(named).host}\r\n`);
  });

  it('opens nothing when the address is refused', async () => {
    let connections = 0;
    const address = await listen(() => (connections += 1));
    const refusal = new AnGridError('device.address-refused', { op: 'address.resolve' });
    const { transport } = bench(address, () => Promise.reject(refusal));
    await expect(transport.post(post())).rejects.toBe(refusal);
    expect(connections).toBe(0);
  });

  it('keeps its connection for the next one, and asks the resolver before each', async () => {
    let connections = 0;
    const address = await listen((socket) => {
      connections += 1;
      always(OK)(socket);
    });
    const { transport, resolved } = bench(address);
    for (let count = 0; count < 5; count += 1) await transport.post(post());
    expect(connections).toBe(1);
    expect(resolved).toHaveLength(5);
  });

  it('is sent once more when the camera had closed the idle connection', async () => {
    let requests = 0;
    const address = await listen((socket) => {
      let first = true;
      socket.on('data', () => {
        requests += 1;
        if (first) socket.write(OK);
        else socket.resetAndDestroy();
        first = false;
      });
    });
    const { transport } = bench(address);
    await transport.post(post());
    await expect(transport.post(post())).resolves.toMatchObject({ status: 200 });
    expect(requests).toBe(3);
  });

  it('gives every challenge of a 401 by itself', async () => {
    const head =
      'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest a=1\r\nWWW-Authenticate: Digest a=2\r\nContent-Length: 0\r\n\r\n';
    const { transport } = bench(await listen(always(head)));
    await expect(transport.post(post())).resolves.toMatchObject({
      status: 401,
      challenges: ['Digest a=1', 'Digest a=2'],
    });
  });
});

describe('a hostile camera', () => {
  test.each([
    [
      'redirects to another host',
      'HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n',
      'redirect',
    ],
    ['redirects for ever', 'HTTP/1.1 308 x\r\nLocation: /onvif\r\nContent-Length: 0\r\n\r\n', 'redirect'],
    ['announces 64 MB', 'HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n<a', 'more than 262144 bytes'],
    [
      'compresses without being asked',
      'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx',
      'encoding gzip',
    ],
    ['does not speak HTTP', 'SSH-2.0-dropbear\r\n', 'not HTTP'],
    ['sends a head without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(64 * 1024)}`, 'not HTTP'],
  ])('that %s is refused', async (_what, text, detail) => {
    const { transport } = bench(await listen(always(text)));
    const error = await transport.post(post()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'onvif.hostile-reply', op: 'onvif.test', subject: 'cam-1' });
    expect((error as AnGridError).detail).toContain(detail);
  });

  it('that sends 64 MB is cut off at the cap', async () => {
    let sent = 0;
    const address = await listen((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const chunk = Buffer.alloc(64 * 1024, 'x');
        const send = (): void => {
          while (sent < 1024 && !socket.destroyed) {
            sent += 1;
            socket.write('10000\r\n');
            if (!socket.write(Buffer.concat([chunk, Buffer.from('\r\n')]))) return void socket.once('drain', send);
          }
        };
        send();
      });
    });
    const { transport } = bench(address);
    await expect(transport.post(post())).rejects.toMatchObject({ code: 'onvif.hostile-reply' });
    expect(sent).toBeLessThan(1024);
  });

  it('that drips a byte now and then is cut off at the total deadline', async () => {
    let dripped = 0;
    const clock = new VirtualClock();
    const address = await listen((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        clock.every(500, () => {
          dripped += 1;
          socket.write('x');
        });
      });
    });
    const transport = new CameraTransport({ subject: 'cam-1', address, clock, resolve: async (host) => host });
    closers.push(() => transport.close());
    const outcome = transport.post(post({ deadlineMs: 5_000 })).catch((error: unknown) => error);
    await until(async () => {
      await clock.advance(100);
      return dripped >= 9;
    });
    await clock.advance(1_000);
    await expect(outcome).resolves.toMatchObject({
      code: 'onvif.unreachable',
      detail: 'no complete reply within 5000 ms',
    });
  });

  it('that never answers is cut off at the deadline, and its connection is closed', async () => {
    let closed: (() => void) | undefined;
    const ended = new Promise<void>((resolve) => (closed = resolve));
    let asked: (() => void) | undefined;
    const request = new Promise<void>((resolve) => (asked = resolve));
    const address = await listen((socket) => {
      socket.on('data', () => asked?.());
      socket.on('close', () => closed?.());
    });
    const { transport, clock } = bench(address);
    const outcome = transport.post(post()).catch((error: unknown) => error);
    await request;
    await clock.advance(5_000);
    await expect(outcome).resolves.toMatchObject({ code: 'onvif.unreachable', retry: 'later' });
    await ended;
  });
});

describe('a request that cannot be done', () => {
  it('ends at its deadline while the name does not resolve', async () => {
    const { transport, clock } = bench('http://camera.lan/', () => new Promise(() => undefined));
    const outcome = transport.post(post()).catch((error: unknown) => error);
    await clock.advance(5_000);
    await expect(outcome).resolves.toMatchObject({ code: 'onvif.unreachable' });
  });

  it('says that nobody listens', async () => {
    const address = await listen(() => undefined);
    closers.splice(0).forEach((close) => close());
    const { transport } = bench(address);
    await expect(transport.post(post())).rejects.toMatchObject({ code: 'onvif.unreachable', detail: 'ECONNREFUSED' });
  });

  it('says that the camera hung up in the middle of its reply', async () => {
    const address = await listen((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')),
    );
    await expect(bench(address).transport.post(post())).rejects.toMatchObject({ code: 'onvif.unreachable' });
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const address = await listen((socket) => socket.on('data', () => stop.abort(new Error('stopped'))));
    await expect(bench(address).transport.post(post({ signal: stop.signal }))).rejects.toThrow('stopped');
    await expect(bench(address).transport.post(post({ signal: stop.signal }))).rejects.toThrow('stopped');
  });

  it('is not begun for an address with a password in it', () => {
    expect(() => bench('http://admin:pw@127.0.0.1/')).toThrow('device.address-invalid');
    expect(() => bench('ftp://127.0.0.1/')).toThrow('device.address-invalid');
  });
});

describe('over https', () => {
  it('a self-signed certificate is taken and remembered, and another one later is refused before the request', async () => {
    const bodies: string[] = [];
    const first = await selfSigned();
    const server = createHttps(first.options, (request, response) => {
      request.on('data', (data: Buffer) => bodies.push(data.toString()));
      request.on('end', () => response.setHeader('connection', 'close').end('ok'));
    });
    const address = (await listen(() => undefined, server)).replace('http:', 'https:');
    const { transport } = bench(address);
    await expect(transport.post(post())).resolves.toMatchObject({ status: 200 } satisfies Partial<HttpReply>);
    await transport.post(post());
    expect(transport.certificateFingerprint).toBe(first.fingerprint);
    expect(bodies).toHaveLength(2);

    server.setSecureContext((await selfSigned()).options);
    await expect(transport.post(post())).rejects.toMatchObject({
      code: 'onvif.certificate-changed',
      detail: expect.stringMatching(/^SHA-256 ([0-9A-F]{2}:){31}/),
    });
    expect(bodies).toHaveLength(2);
  });
});

/** Repeats a step until it says that the state is reached; each step lets sockets do their work. */
async function until(step: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < 10_000; count += 1) if (await step()) return;
  throw new Error('the state was never reached');
}
