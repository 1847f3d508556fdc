import { Agent as HttpAgent, type IncomingMessage, request as httpRequest, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { parseDeviceUrl } from '../../../devices/address-guard.js';
import { MAX_REPLY_BYTES } from './envelope.js';
import { plain } from './fault.js';

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

export interface HttpReply {
  readonly status: number;
  readonly body: Buffer;
  /** As the camera writes it; empty where it does not. */
  readonly contentType: string;
  /** Every WWW-Authenticate header, one by one. */
  readonly challenges: readonly string[];
}

/**
 * HTTP(S) to one camera: keep-alive, a total deadline, a size cap, no redirects, no compression.
 * Certificates of cameras are self-signed: the one that the camera was paired with is pinned, else the first one of this
 * transport, and another one is refused before anything is sent.
 */
export class CameraTransport {
  private readonly target: URL;
  private readonly host: string;
  private readonly agent: HttpAgent;
  private pinnedFingerprint: string | undefined;

  constructor(private readonly options: TransportOptions) {
    const { url, host } = parseDeviceUrl(options.address, ['http', 'https']);
    this.target = url;
    this.host = host;
    this.pinnedFingerprint = options.certificate;
    const settings = { keepAlive: true, maxSockets: 2, maxFreeSockets: 1 };
    this.agent = this.secure
      ? new HttpsAgent({ ...settings, maxCachedSessions: 0, rejectUnauthorized: false })
      : new HttpAgent(settings);
  }

  /** SHA-256 fingerprint of the camera's certificate once there was an https request. */
  get certificateFingerprint(): string | undefined {
    return this.pinnedFingerprint;
  }

  /** Errors: onvif.unreachable, onvif.hostile-reply, onvif.certificate-changed, device.address-*; the signal's reason when it is aborted. */
  async post(post: Post): Promise<HttpReply> {
    const limit = new RequestLimit(post, this.options);
    try {
      const address = await limit.race(this.options.resolve(this.host));
      return await limit.race(this.attempt(post, address, limit));
    } finally {
      limit.end();
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private get secure(): boolean {
    return this.target.protocol === 'https:';
  }

  private async attempt(post: Post, address: string, limit: RequestLimit): Promise<HttpReply> {
    try {
      return await this.exchange(this.open(post, address), post, limit);
    } catch (error) {
      if (!(error instanceof IdleSocketLost) || limit.over) throw this.classified(error, post);
    }
    try {
      return await this.exchange(this.open(post, address), post, limit);
    } catch (error) {
      throw this.classified(error, post);
    }
  }

  private open(post: Post, address: string): ClientRequest {
    const request = this.secure ? httpsRequest : httpRequest;
    return request({
      method: post.method ?? 'POST',
      host: address,
      port: this.target.port === '' ? (this.secure ? 443 : 80) : this.target.port,
      path: post.path,
      agent: this.agent,
      ...(this.secure && isIP(this.host) === 0 ? { servername: this.host } : {}),
      headers: { ...post.headers, host: this.target.host, 'content-length': Buffer.byteLength(post.body) },
    });
  }

  private exchange(request: ClientRequest, post: Post, limit: RequestLimit): Promise<HttpReply> {
    limit.onEnd(() => request.destroy());
    return new Promise((resolve, reject) => {
      let answered = false;
      request.on('error', (error) => reject(!answered && wasIdle(request, error) ? new IdleSocketLost() : error));
      request.on('response', (response) => {
        answered = true;
        this.receive(response, post).then(resolve, reject);
      });
      this.whenTrusted(request, post, (refusal) => (refusal ? request.destroy(refusal) : request.end(post.body)));
    });
  }

  /** Calls back once the certificate is known to be the pinned one; at once for http and for sockets in use. */
  private whenTrusted(request: ClientRequest, post: Post, done: (refusal?: AnGridError) => void): void {
    if (!this.secure) return done();
    request.on('socket', (socket) => {
      const check = (): void => done(this.checkFingerprint(socket as TLSSocket, post));
      if (request.reusedSocket) check();
      else socket.once('secureConnect', check);
    });
  }

  private checkFingerprint(socket: TLSSocket, post: Post): AnGridError | undefined {
    const fingerprint = socket.getPeerCertificate().fingerprint256;
    this.pinnedFingerprint ??= fingerprint;
    if (fingerprint === this.pinnedFingerprint) return undefined;
    const detail = `SHA-256 ${fingerprint}`;
    return new AnGridError('onvif.certificate-changed', { op: post.op, subject: this.options.subject, detail });
  }

  private async receive(response: IncomingMessage, post: Post): Promise<HttpReply> {
    const status = response.statusCode ?? 0;
    const refusal = this.refusalOf(response, status, post);
    if (refusal) {
      response.destroy();
      throw refusal;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > mostOf(post)) throw this.hostile(post, `more than ${mostOf(post)} bytes`);
      chunks.push(chunk);
    }
    const { 'content-type': contentType = '' } = response.headers;
    const challenges = response.headersDistinct['www-authenticate'] ?? [];
    return { status, body: Buffer.concat(chunks), contentType, challenges };
  }

  private refusalOf(response: IncomingMessage, status: number, post: Post): AnGridError | undefined {
    const { location, 'content-length': length, 'content-encoding': encoding = 'identity' } = response.headers;
    if (status >= 300 && status < 400) return this.hostile(post, `a redirect to ${plain(location ?? 'nowhere')}`);
    if (Number(length ?? 0) > mostOf(post)) return this.hostile(post, `more than ${mostOf(post)} bytes`);
    if (encoding !== 'identity') return this.hostile(post, `the unasked encoding ${plain(encoding)}`);
    return undefined;
  }

  private classified(error: unknown, post: Post): unknown {
    if (error instanceof AnGridError) return error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('HPE_')) return this.hostile(post, `not HTTP (${code})`);
    const detail = code === '' ? (error as Error).message : code;
    return new AnGridError('onvif.unreachable', { op: post.op, subject: this.options.subject, detail, cause: error });
  }

  private hostile(post: Post, detail: string): AnGridError {
    return new AnGridError('onvif.hostile-reply', { op: post.op, subject: this.options.subject, detail });
  }
}

function mostOf({ mostBytes = MAX_REPLY_BYTES }: Post): number {
  return mostBytes;
}

/** Ends one request at its deadline or with its signal, whichever part of it is going on. */
class RequestLimit {
  over = false;
  private readonly closers: (() => void)[] = [];
  private readonly ended: Promise<never>;
  private readonly release: () => void;

  constructor(post: Post, { clock, subject }: TransportOptions) {
    const { promise, reject } = rejectable();
    this.ended = promise;
    const cancel = clock.after(post.deadlineMs, () => {
      const detail = `no complete reply within ${post.deadlineMs} ms`;
      reject(new AnGridError('onvif.unreachable', { op: post.op, subject, detail }));
    });
    const onAbort = (): void => reject(post.signal?.reason);
    post.signal?.addEventListener('abort', onAbort, { once: true });
    if (post.signal?.aborted) onAbort();
    this.release = () => {
      cancel();
      post.signal?.removeEventListener('abort', onAbort);
    };
  }

  race<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return Promise.race([work, this.ended]);
  }

  onEnd(close: () => void): void {
    this.closers.push(close);
  }

  /** Closing a request that has its whole reply does nothing: its socket is already back with the agent. */
  end(): void {
    this.over = true;
    this.release();
    for (const close of this.closers) close();
  }
}

function rejectable(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_resolve, settle) => (reject = settle));
  promise.catch(() => undefined);
  return { promise, reject };
}

/** The camera had closed an idle connection just when it was used again; nothing of the request was answered. */
class IdleSocketLost extends Error {}

function wasIdle(request: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
