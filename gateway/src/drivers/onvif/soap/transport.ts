import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { parseDeviceUrl } from '../../../devices/address-guard.js';
import { CameraLine, IdleLineLost } from './camera-line.js';
import { MAX_REPLY_BYTES } from './envelope.js';
import { type HttpReply, ReplyRefused } from './http-reply.js';

export interface TransportOptions {
  /** Device id, for errors. */
  readonly subject: string;
  /** http(s) address of the device service. All requests go to its scheme, host and port. */
  readonly address: string;
  readonly clock: Pick<Clock, 'after'>;
  /** SHA-256 fingerprint of the camera's certificate as it was when it was paired; the first one is taken without it. */
  readonly certificate?: string | undefined;
  /** Gives the one address to connect to, or throws `device.address-refused`. Asked before every request. */
  resolve(host: string): Promise<string>;
}

export interface Post {
  readonly op: string;
  /** POST unless given; a GET has an empty body. */
  readonly method?: 'GET';
  /** Longest reply that is taken; MAX_REPLY_BYTES unless given. */
  readonly mostBytes?: number;
  /** Path and query on the camera. */
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** From the first step (name resolution) to the last byte of the reply. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * HTTP(S) to one camera: keep-alive, a total deadline, a size cap, no redirects, no compression.
 * Certificates of cameras are self-signed: the one that the camera was paired with is pinned, else the first one of this
 * transport, and another one is refused before anything is sent.
 */
export class CameraTransport {
  private readonly target: URL;
  private readonly host: string;
  private readonly lines = new Set<CameraLine>();
  /** The one that waits for the next request. */
  private idle: CameraLine | undefined;
  private pinnedFingerprint: string | undefined;

  constructor(private readonly options: TransportOptions) {
    const { url, host } = parseDeviceUrl(options.address, ['http', 'https']);
    this.target = url;
    this.host = host;
    this.pinnedFingerprint = options.certificate;
  }

  /** SHA-256 fingerprint of the camera's certificate once there was an https request. */
  get certificateFingerprint(): string | undefined {
    return this.pinnedFingerprint;
  }

  /** Errors: onvif.unreachable, onvif.hostile-reply, onvif.certificate-changed, device.address-*; the signal's reason when it is aborted. */
  post(post: Post): Promise<HttpReply> {
    return limited(post, this.options, (limit) => this.attempt(post, limit));
  }

  close(): void {
    for (const line of this.lines) line.close();
  }

  private get secure(): boolean {
    return this.target.protocol === 'https:';
  }

  private async attempt(post: Post, limit: Limit): Promise<HttpReply> {
    try {
      const address = await this.options.resolve(this.host);
      const request = writeRequest(post, this.target.host);
      const waiting = this.takeIdle(address);
      if (waiting === undefined) return await this.exchange(await this.open(address, limit), { post, request, limit });
      try {
        return await this.exchange(waiting, { post, request, limit });
      } catch (error) {
        if (!(error instanceof IdleLineLost)) throw error;
      }
      return await this.exchange(await this.open(address, limit), { post, request, limit });
    } catch (error) {
      throw this.classified(error, post);
    }
  }

  /** One that goes elsewhere than the name does now is of no more use. */
  private takeIdle(address: string): CameraLine | undefined {
    const { idle } = this;
    this.idle = undefined;
    if (idle === undefined || idle.address === address) return idle;
    idle.close();
    return undefined;
  }

  private async open(address: string, limit: Limit): Promise<CameraLine> {
    if (limit.over) throw new Error('too late');
    const port = Number(this.target.port) || (this.secure ? 443 : 80);
    const target = { address, port, host: this.host, secure: this.secure };
    const line = await CameraLine.open(
      target,
      (giveUp) => (limit.cut = giveUp),
      (closed) => this.drop(closed),
    );
    this.lines.add(line);
    return line;
  }

  private drop(line: CameraLine): void {
    this.lines.delete(line);
    if (this.idle === line) this.idle = undefined;
  }

  private async exchange(line: CameraLine, { post, request, limit }: Sending): Promise<HttpReply> {
    limit.cut = () => line.close();
    if (this.secure) this.mustBePinned(line, post);
    const reply = await line.exchange(request, post.mostBytes ?? MAX_REPLY_BYTES);
    if (line.open && this.idle === undefined) this.idle = line;
    else line.close();
    return reply;
  }

  private mustBePinned(line: CameraLine, post: Post): void {
    const fingerprint = line.fingerprint();
    this.pinnedFingerprint ??= fingerprint;
    if (fingerprint !== undefined && fingerprint === this.pinnedFingerprint) return;
    line.close();
    const detail = `SHA-256 ${fingerprint}`;
    throw new AnGridError('onvif.certificate-changed', { op: post.op, subject: this.options.subject, detail });
  }

  private classified(error: unknown, post: Post): unknown {
    if (error instanceof AnGridError) return error;
    const { subject } = this.options;
    if (error instanceof ReplyRefused)
      return new AnGridError('onvif.hostile-reply', { op: post.op, subject, detail: error.message });
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const detail = code === '' ? (error as Error).message : code;
    return new AnGridError('onvif.unreachable', { op: post.op, subject, detail, cause: error });
  }
}

interface Sending {
  readonly post: Post;
  readonly request: Buffer;
  readonly limit: Limit;
}

const SAFE_PATH = /^[\x21-\x7e]+$/;
const SAFE_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Head and body in one piece. A path or a header that would end its line early is none. */
function writeRequest({ method, path, headers, body }: Post, host: string): Buffer {
  const length = Buffer.byteLength(body);
  if (!SAFE_PATH.test(path) || !Object.values(headers).every((value) => SAFE_VALUE.test(value)))
    throw new ReplyRefused('a path or a challenge that no request can carry');
  let head = `${method ?? 'POST'} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
  head += `content-length: ${length}\r\nconnection: keep-alive\r\n\r\n`;
  const request = Buffer.allocUnsafe(head.length + length);
  request.write(head, 'latin1');
  request.write(body, head.length, 'utf8');
  return request;
}

/** What ends with a request, or ends it. */
interface Limit {
  over: boolean;
  /** Closes what the request occupies. */
  cut(): void;
}

/** Ends work at its deadline or with its signal, whichever part of it is going on. */
function limited<T>(post: Post, options: TransportOptions, work: (limit: Limit) => Promise<T>): Promise<T> {
  const { deadlineMs, op, signal } = post;
  return new Promise((resolve, reject) => {
    const limit: Limit = { over: false, cut: () => undefined };
    const end = (): void => {
      limit.over = true;
      cancel();
      signal?.removeEventListener('abort', onAbort);
    };
    const cut = (reason: unknown): void => {
      end();
      reject(reason);
      limit.cut();
    };
    const onAbort = (): void => cut(signal?.reason);
    const cancel = options.clock.after(deadlineMs, () => {
      const detail = `no complete reply within ${deadlineMs} ms`;
      cut(new AnGridError('onvif.unreachable', { op, subject: options.subject, detail }));
    });
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    work(limit).then(
      (value) => (end(), resolve(value)),
      (error: unknown) => (end(), reject(error)),
    );
  });
}
