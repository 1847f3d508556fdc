import type { Socket } from 'node:net';
import { AnGridError } from '@angrid/contract';
import { type CameraAddress, connectCamera } from './camera-socket.js';
import type { ReadBeat } from './read-beat.js';
import { RtspFrames } from './rtsp-frames.js';
import { statusFailure } from './rtsp-status.js';
import { headerValues, type RtspMessage, statusOf, writeMessage } from './rtsp-wire.js';

/** The camera's side of Digest authentication (RFC 7616). */
export interface StreamLogin {
  /** Takes the WWW-Authenticate headers of a 401; `none` where no Digest challenge can be answered. */
  challenge(headers: readonly string[]): 'fresh' | 'stale' | 'none';
  /** The Authorization header of one request; undefined before the first challenge. */
  authorization(method: string, uri: string): string | undefined;
}

export interface LineOptions extends Omit<CameraAddress, 'onread'> {
  readonly login: StreamLogin;
  /** Lets bytes gather; without it they are taken as they come. */
  readonly beat?: ReadBeat;
  /** Takes each interleaved packet; it is valid during the call only. */
  onPacket(channel: number, packet: Buffer): void;
}

export type Headers = readonly (readonly [name: string, value: string])[];

interface Waiting {
  readonly cseq: string;
  take(reply: RtspMessage): void;
}

/** One buffer for what comes from all cameras: it is taken apart before the next one is read. */
const arrivals = Buffer.allocUnsafeSlow(256 * 1024);
const NOTHING = Buffer.alloc(0);
/** A camera that does not hang up itself after TEARDOWN is hung up on. */
const FAREWELL_MS = 500;

/** One RTSP 1.0 connection to one camera: requests with Digest authentication, one at a time, and the packets between. */
export class RtspLine {
  /** Rejects with the first failure; never resolves. */
  readonly failed: Promise<never>;
  private fail: (cause: unknown) => void = () => undefined;
  private socket: Socket | undefined;
  private waiting: Waiting | undefined;
  private cseq = 0;

  constructor(private readonly options: LineOptions) {
    this.failed = new Promise((_resolve, reject) => (this.fail = reject));
    this.failed.catch(() => this.socket?.destroy());
  }

  /** Throws `media.stream-unreachable`. */
  async connect(): Promise<void> {
    const frames = new RtspFrames({
      packet: (channel, packet) => this.options.onPacket(channel, packet),
      message: (message) => this.hear(message),
    });
    // What TLS hands on at once is a part of what has come.
    const beat = this.options.url.protocol === 'rtsps:' ? undefined : this.options.beat;
    const callback = (bytes: number): boolean => {
      this.guarded(() => frames.push(arrivals.subarray(0, bytes)));
      if (this.waiting || !beat || bytes === arrivals.length) return true;
      beat.wait(() => this.socket?.resume());
      return false;
    };
    const socket = await connectCamera({ ...this.options, onread: { buffer: arrivals, callback } });
    this.socket = socket;
    socket.on('error', (cause) => this.fail(this.lost(cause)));
    socket.on('close', () => this.fail(this.lost()));
    if (socket.destroyed) this.fail(this.lost());
  }

  /**
   * The reply to a request. A password that was refused is not sent again. Throws `media.stream-auth`, `-not-found`,
   * `-unsupported`, `-failed`, and `-stalled` where no reply comes.
   */
  async ask(method: string, uri: string, headers: Headers = []): Promise<RtspMessage> {
    const { camera, login } = this.options;
    for (let refused = 0; ; refused += 1) {
      const reply = await this.exchange(method, uri, headers);
      const status = statusOf(reply) ?? 0;
      const challenge = status === 401 ? login.challenge(headerValues(reply, 'www-authenticate')) : 'none';
      if (challenge === 'stale' ? refused < 2 : challenge === 'fresh' && refused < 1) continue;
      const failure = statusFailure(camera, method, status);
      if (failure) throw failure;
      return reply;
    }
  }

  /** Sends a request whose reply nobody waits for. */
  tell(method: string, uri: string, headers: Headers = []): void {
    this.cseq += 1;
    const authorization = this.options.login.authorization(method, uri);
    const all: Headers = [
      ['CSeq', String(this.cseq)],
      ['User-Agent', 'AnGrid'],
      ...headers,
      ...(authorization === undefined ? [] : [['Authorization', authorization] as const]),
    ];
    this.write(writeMessage({ start: `${method} ${uri} RTSP/1.0`, headers: all, body: NOTHING }));
  }

  write(bytes: Buffer): void {
    if (this.socket?.writable) this.socket.write(bytes);
  }

  /** Ends it; what was told last still leaves. */
  close(): void {
    const { socket, options } = this;
    socket?.end();
    if (socket && !socket.destroyed) {
      const cancel = options.clock.after(FAREWELL_MS, () => socket.destroy());
      socket.once('close', cancel);
    }
    this.fail(this.lost());
  }

  private async exchange(method: string, uri: string, headers: Headers): Promise<RtspMessage> {
    const { clock, connectMs, camera } = this.options;
    let cancel = (): void => undefined;
    const answered = new Promise<RtspMessage>((resolve, reject) => {
      this.tell(method, uri, headers);
      this.waiting = { cseq: String(this.cseq), take: resolve };
      const detail = `no answer to ${method} within ${connectMs} ms`;
      const late = (): void =>
        reject(new AnGridError('media.stream-stalled', { op: 'rtsp.talk', subject: camera, detail }));
      cancel = clock.after(connectMs, late);
    });
    return Promise.race([answered, this.failed]).finally(() => cancel());
  }

  /** A request of the camera is not answered: there is none that a recorder needs. */
  private hear(message: RtspMessage): void {
    const { waiting } = this;
    if (!waiting || statusOf(message) === undefined || headerValues(message, 'cseq')[0] !== waiting.cseq) return;
    this.waiting = undefined;
    waiting.take(message);
  }

  private guarded(task: () => void): void {
    try {
      task();
    } catch (cause) {
      this.fail(cause);
    }
  }

  private lost(cause?: unknown): AnGridError {
    const detail = cause instanceof Error ? cause.message : 'the camera closed the connection';
    return new AnGridError('media.stream-failed', { op: 'rtsp.line', subject: this.options.camera, detail, cause });
  }
}
