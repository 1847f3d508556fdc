import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Secret, VirtualClock } from '@angrid/runtime';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestLogin } from './login.js';
import { RtspLine } from './rtsp-line.js';

const DIGEST = 'WWW-Authenticate: Digest realm="cam", nonce="n1"';
const STALE = 'WWW-Authenticate: Digest realm="cam", nonce="n2", stale=true';
const BASIC = 'WWW-Authenticate: Basic realm="cam"';

describe('a line to a camera', () => {
  let server: Server;
  let line: RtspLine;
  let clock: VirtualClock;
  let socket: Socket | undefined;
  /** The Authorization headers of the requests that came, by their scheme and nonce. */
  let logins: (string | undefined)[];
  /** Status and headers of the answers, in turn; the last one goes on. A request without one stays unanswered. */
  let answers: string[];
  let heard: () => void;

  beforeEach(async () => {
    clock = new VirtualClock();
    [logins, answers, heard] = [[], [], () => undefined];
    server = createServer((accepted) => {
      socket = accepted.on('error', () => undefined).on('data', (chunk) => answer(accepted, chunk.toString('latin1')));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    line = new RtspLine({
      ...{ camera: 'cam', address: '127.0.0.1', url: new URL(`rtsp://camera.invalid:${port}/live`), clock },
      connectMs: 3000,
      login: digestLogin({ user: 'u', password: new Secret('CANARY') }),
      onPacket: () => undefined,
    });
    await line.connect();
  });
  afterEach(() => {
    line.close();
    socket?.destroy();
    server.close();
  });

  function answer(to: Socket, request: string): void {
    logins.push(/Authorization: (\w+).*nonce="(\w+)"/.exec(request)?.slice(1).join(' '));
    const cseq = /CSeq: \d+/.exec(request)?.[0];
    const [status, ...headers] = (answers.length > 1 ? answers.shift() : answers[0])?.split('\n') ?? [];
    if (status !== undefined) to.write([`RTSP/1.0 ${status}`, cseq, ...headers, '', ''].join('\r\n'));
    heard();
  }

  const describeIt = () => line.ask('DESCRIBE', 'rtsp://camera.invalid/live');

  it('asks without a login first, and answers a Digest challenge; the password itself is never sent', async () => {
    answers = [`401 Unauthorized\n${BASIC}\n${DIGEST}`, '200 OK'];
    await expect(describeIt()).resolves.toMatchObject({ start: 'RTSP/1.0 200 OK' });
    expect(logins).toEqual([undefined, 'Digest n1']);
  });

  it.each([
    ['once', [`401 Unauthorized\n${DIGEST}`], [undefined, 'Digest n1']],
    ['not at all where only Basic is offered', [`401 Unauthorized\n${BASIC}`], [undefined]],
    ['not at all where it is forbidden', ['403 Forbidden'], [undefined]],
  ])('sends a refused password %s', async (_times, said, expected) => {
    answers = said;
    await expect(describeIt()).rejects.toMatchObject({ code: 'media.stream-auth', retry: 'never' });
    expect(logins).toEqual(expected);
  });

  it('answers a nonce that has become stale with the new one, twice at most', async () => {
    answers = [`401 Unauthorized\n${DIGEST}`, `401 Unauthorized\n${STALE}`, '200 OK'];
    await expect(describeIt()).resolves.toMatchObject({ start: 'RTSP/1.0 200 OK' });
    expect(logins).toEqual([undefined, 'Digest n1', 'Digest n2']);
    [logins, answers] = [[], [`401 Unauthorized\n${STALE}`]];
    await expect(describeIt()).rejects.toMatchObject({ code: 'media.stream-auth' });
    expect(logins).toHaveLength(3);
  });

  it('has stalled where no answer comes', async () => {
    const asked = new Promise<void>((resolve) => (heard = resolve));
    const reply = expect(describeIt()).rejects.toMatchObject({ code: 'media.stream-stalled' });
    await asked;
    await clock.advance(3000);
    await reply;
  });

  it('fails at once where the camera hangs up, also while it is asked', async () => {
    heard = () => socket?.destroy();
    await expect(describeIt()).rejects.toMatchObject({ code: 'media.stream-failed' });
    await expect(line.failed).rejects.toMatchObject({ subject: 'cam' });
  });
});
