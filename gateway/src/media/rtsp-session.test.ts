import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { SystemClock } from '@angrid/runtime';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RtspSession } from './rtsp-session.js';
import { UnitPool } from './unit-pool.js';

const VIDEO = 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:video\r\n';
const SOUND = 'm=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=control:sound\r\n';
const METADATA = 'm=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=control:meta\r\n';

/** Answers RTSP as the test says, and keeps what it was asked. */
class Camera {
  readonly asked: string[] = [];
  readonly closed: Promise<unknown>;
  sdp = VIDEO;
  /** Of a method, instead of 200. */
  readonly status: Record<string, string> = {};
  private socket: Socket | undefined;
  private leave: (value: unknown) => void = () => undefined;

  constructor(readonly server: Server) {
    this.closed = new Promise((resolve) => (this.leave = resolve));
    server.on('connection', (socket) => {
      this.socket = socket;
      socket.on('error', () => undefined);
      socket.on('close', this.leave);
      socket.on('data', (chunk) => {
        for (const text of chunk.toString('latin1').split('\r\n\r\n')) if (text !== '') this.answer(text);
      });
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  send(channel: number, packet: Buffer): void {
    this.socket?.write(Buffer.concat([Buffer.of(0x24, channel, packet.length >> 8, packet.length & 0xff), packet]));
  }

  hangUp(): void {
    this.socket?.destroy();
  }

  private answer(text: string): void {
    const [method = '', uri = ''] = text.split(' ');
    this.asked.push(`${method} ${new URL(uri).pathname}`);
    const cseq = /CSeq: (\d+)/.exec(text)?.[1];
    const body = method === 'DESCRIBE' ? `v=0\r\n${this.sdp}` : '';
    const transport = /Transport: (.*)/.exec(text)?.[0] ?? 'X: 0';
    const head = [`RTSP/1.0 ${this.status[method] ?? '200 OK'}`, `CSeq: ${cseq}`, 'Session: 7;timeout=60', transport];
    this.socket?.write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'));
  }
}

const rtp = (type: number, payload: string, time = 0): Buffer => {
  const head = Buffer.from([0x80, 0x80 | type, 0, 1, 0, 0, 0, time, 0, 0, 0, 9]);
  return Buffer.concat([head, Buffer.from(payload, 'hex')]);
};

describe('a session with a camera', () => {
  let camera: Camera;
  let session: RtspSession | undefined;
  let taken: string[];
  let arrived: () => void;

  beforeEach(async () => {
    camera = new Camera(createServer().listen(0, '127.0.0.1'));
    await once(camera.server, 'listening');
    taken = [];
    session = undefined;
  });
  afterEach(async () => {
    session?.close();
    if (session) await camera.closed;
    camera.server.close();
  });

  const clock = new SystemClock();
  async function open(more: { readonly metadata?: boolean } = {}): Promise<RtspSession> {
    const pool = new UnitPool();
    session = await RtspSession.open({
      ...{ camera: 'cam', address: '127.0.0.1', clock, connectMs: 3000, pool },
      url: new URL(`rtsp://camera.invalid:${camera.port}/live`),
      login: { challenge: () => 'none', authorization: () => undefined },
      onUnit: ({ buffer, start, end, key }) => {
        taken.push(`${key ? 'key' : 'other'} ${buffer.toString('hex', start, end)}`);
        arrived();
      },
      onMetadata: more.metadata ? (bytes) => void taken.push(`metadata ${bytes.toString()}`) : undefined,
    });
    return session;
  }
  const arrival = (): Promise<void> => new Promise((resolve) => (arrived = resolve));

  it('asks for the one video track and for nothing else, and says goodbye', async () => {
    camera.sdp = SOUND + METADATA + VIDEO;
    const opened = await open();
    await opened.play(clock);
    opened.close();
    await camera.closed;
    expect(camera.asked).toEqual(['DESCRIBE /live', 'SETUP /live/video', 'PLAY /live', 'TEARDOWN /live']);
  });

  it('gives the pictures of its channel, and counts them', async () => {
    const opened = await open();
    await opened.play(clock);
    const came = arrival();
    camera.send(2, rtp(96, '41ff'));
    camera.send(0, rtp(96, '6588', 1));
    await came;
    expect(taken).toEqual(['key 000000016588']);
    expect([opened.codec, opened.keys, opened.mediaBytes]).toEqual(['h264', 1, 14]);
  });

  it('gives the metadata track where somebody listens', async () => {
    camera.sdp = VIDEO + METADATA;
    const opened = await open({ metadata: true });
    await opened.play(clock);
    const came = arrival();
    camera.send(2, rtp(107, Buffer.from('<event/>').toString('hex')));
    camera.send(0, rtp(96, '41aa'));
    await came;
    expect(taken).toEqual(['metadata <event/>', 'other 0000000141aa']);
  });

  it.each([
    ['DESCRIBE', '404 Not Found', 'media.stream-not-found'],
    ['DESCRIBE', '401 Unauthorized', 'media.stream-auth'],
    ['DESCRIBE', '302 Moved', 'media.stream-failed'],
    ['SETUP', '461 Unsupported Transport', 'media.stream-unsupported'],
  ])('fails and hangs up where %s is answered with %s', async (method, status, code) => {
    camera.status[method] = status;
    await expect(open()).rejects.toMatchObject({ code, subject: 'cam' });
    await camera.closed;
  });

  it('fails for a camera without H.264 and H.265, and for one that hangs up', async () => {
    camera.sdp = SOUND;
    await expect(open()).rejects.toMatchObject({ code: 'media.stream-unsupported' });
    camera.sdp = VIDEO;
    const opened = await open();
    await opened.play(clock);
    const failed = expect(opened.failed).rejects.toMatchObject({ code: 'media.stream-failed' });
    camera.hangUp();
    await failed;
  });
});
