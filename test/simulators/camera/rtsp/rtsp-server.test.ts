import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLog, VirtualClock } from '@angrid/runtime';
import { DigestGuard, digestResponse, parseDigest } from '../auth/digest.js';
import { LiveVideo } from '../video/live-video.js';
import { testFootage } from '../video/test-footage.js';
import { RtspServer } from './rtsp-server.js';

const account = { user: 'admin', password: 'pass' };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function startServer(): Promise<{ server: RtspServer; clock: VirtualClock; url: string }> {
  const clock = new VirtualClock();
  const server = await RtspServer.start({
    ...{ host: '127.0.0.1', port: 0, clock, log: silentLog },
    streams: new Map([['/stream', new LiveVideo(testFootage(), clock)]]),
    guard: new DigestGuard({ realm: 'camera', account, clock }),
    stalled: () => false,
    onRefused: () => undefined,
  });
  closing.push(() => server.stop());
  return { server, clock, url: `rtsp://127.0.0.1:${server.port}/stream` };
}

type Headers = Readonly<Record<string, string>>;

/** An RTSP client that answers the first challenge and then logs in with every request. */
class Client {
  private challenge: string | undefined;
  private cseq = 0;

  private constructor(readonly socket: Socket) {}

  static async to(server: RtspServer): Promise<Client> {
    const socket = connect(server.port, '127.0.0.1');
    closing.push(() => socket.destroy());
    await once(socket, 'connect');
    return new Client(socket);
  }

  async ask(method: string, uri: string, headers: Headers = {}): Promise<string> {
    const authorization: Headers = this.challenge ? { Authorization: login(this.challenge, method, uri) } : {};
    const all = { CSeq: String((this.cseq += 1)), ...authorization, ...headers };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`${method} ${uri} RTSP/1.0\r\n${lines.join('')}\r\n`);
    const [data] = (await once(this.socket, 'data')) as [Buffer];
    const reply = data.toString('latin1');
    this.challenge ??= /WWW-Authenticate: (.*)\r/.exec(reply)?.[1];
    return reply;
  }

  /** Logs in and sets the stream up; gives the session's id. */
  async setup(url: string): Promise<string> {
    await this.ask('DESCRIBE', url);
    const reply = await this.ask('SETUP', `${url}/trackID=1`, { Transport: 'RTP/AVP/TCP;unicast;interleaved=2-3' });
    return /Session: (\w+)/.exec(reply)?.[1] ?? '';
  }
}

function login(challenge: string, method: string, uri: string): string {
  const fields = { ...parseDigest(challenge), username: account.user, uri };
  const response = digestResponse({ fields, algorithm: 'MD5', method, password: account.password });
  const parts = Object.entries({ ...fields, response }).map(([name, value]) => `${name}="${value}"`);
  return `Digest ${parts.join(', ')}`;
}

describe('the RTSP server', () => {
  it('says what it can do to everybody and describes the stream to those who log in', async () => {
    const { server, url } = await startServer();
    const client = await Client.to(server);
    expect(await client.ask('OPTIONS', url)).toMatch(/^RTSP\/1.0 200 OK\r\nCSeq: 1\r\nPublic: .*DESCRIBE/);
    expect(await client.ask('DESCRIBE', url)).toMatch(/^RTSP\/1.0 401 Unauthorized/);
    const description = await client.ask('DESCRIBE', url);
    expect(description).toMatch(/^RTSP\/1.0 200 OK/);
    expect(description).toContain(`Content-Base: ${url}/\r\n`);
    expect(description).toContain('profile-level-id=4D001E;sprop-parameter-sets=Z00AHg==,aO4=\r\n');
  });

  it('offers no UDP', async () => {
    const { server, url } = await startServer();
    const client = await Client.to(server);
    await client.ask('DESCRIBE', url);
    const reply = await client.ask('SETUP', `${url}/trackID=1`, { Transport: 'RTP/AVP;unicast;client_port=5000-5001' });
    expect(reply).toMatch(/^RTSP\/1.0 461 Unsupported Transport/);
  });

  it('plays on the channel that the client chose', async () => {
    const { server, clock, url } = await startServer();
    const client = await Client.to(server);
    const session = await client.setup(url);
    expect(await client.ask('PLAY', url, { Session: session })).toMatch(/^RTSP\/1.0 200 OK/);
    const data = once(client.socket, 'data');
    await clock.advance(0);
    const [frame] = (await data) as [Buffer];
    expect([...frame.subarray(0, 2)]).toEqual([0x24, 2]);
  });

  it('stops at TEARDOWN and lets the client set up again', async () => {
    const { server, url } = await startServer();
    const client = await Client.to(server);
    const session = await client.setup(url);
    expect(await client.ask('TEARDOWN', url, { Session: session })).toMatch(/^RTSP\/1.0 200 OK/);
    expect(await client.ask('PLAY', url, { Session: session })).toMatch(/^RTSP\/1.0 454 Session Not Found/);
    expect(await client.setup(url)).toMatch(/^[0-9A-F]{8}$/);
  });

  it.each([
    ['PLAY', 'FFFFFFFF', '454 Session Not Found'],
    ['RECORD', '', '405 Method Not Allowed'],
    ['SETUP', '', '455 Method Not Valid in This State'],
  ])('answers %s in the session "%s" with %s', async (method, session, status) => {
    const { server, url } = await startServer();
    const client = await Client.to(server);
    await client.setup(url);
    expect(await client.ask(method, url, { Session: session })).toContain(`RTSP/1.0 ${status}`);
  });

  it('closes a connection that is silent for a minute, not one that keeps itself alive', async () => {
    const { server, clock, url } = await startServer();
    const client = await Client.to(server);
    const session = await client.setup(url);
    await clock.advance(50_000);
    await client.ask('GET_PARAMETER', url, { Session: session });
    await clock.advance(59_999);
    expect(server.clients).toBe(1);
    const closed = once(client.socket, 'close');
    await clock.advance(1);
    await closed;
  });

  it('closes a connection that does not speak RTSP', async () => {
    const { server } = await startServer();
    const { socket } = await Client.to(server);
    const closed = once(socket, 'close');
    socket.resume().write('GET / HTTP/1.1\r\n\r\n');
    await closed;
  });

  it('serves several clients at once and loses them all when it stops', async () => {
    const { server, url } = await startServer();
    const clients = await Promise.all([Client.to(server), Client.to(server), Client.to(server)]);
    const sessions = await Promise.all(clients.map((client) => client.setup(url)));
    expect(new Set(sessions).size).toBe(3);
    const closed = Promise.all(clients.map(({ socket }) => once(socket, 'close')));
    await server.stop();
    closing.shift();
    await closed;
  });
});
