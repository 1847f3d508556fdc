import { Agent, request as httpsRequest } from 'node:https';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { AnGridError, type ErrorCode, errorOfProblem } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';

export interface CloudClientOptions {
  /** https://host[:port], without a path. */
  readonly url: string;
  /** PEM of the one CA that is trusted, as given at enrolment; the system's list is not asked. */
  readonly certificateAuthority: string;
  readonly clock: Clock;
}

export interface CloudRequest {
  /** `area.verb`, for errors. */
  readonly op: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PATCH';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A stream is sent as it comes, once: such a call is never tried again. */
  readonly body?: Buffer | Readable;
  readonly signal?: AbortSignal;
}

export interface CloudAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const DEADLINE_MS = 30_000;
/** 1000 refusals of a batch with their reasons stay below it. */
const ANSWER_BYTES = 1024 * 1024;

const UNTRUSTED = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** HTTPS to one cloud whose CA is pinned. Follows no redirect; bounds every answer in time and size. */
export class CloudClient {
  private readonly agent: Agent;
  /** Bodies that last hold up no other call. */
  private readonly streams: Agent;
  private readonly origin: URL;
  private ahead = 0;

  constructor(private readonly options: CloudClientOptions) {
    this.origin = new URL(options.url);
    if (this.origin.protocol !== 'https:') {
      throw new AnGridError('config.invalid-value', {
        op: 'uplink.open',
        subject: options.url,
        detail: 'the cloud is called over https',
      });
    }
    const tls = { ca: options.certificateAuthority, minVersion: 'TLSv1.2' } as const;
    this.agent = new Agent({ ...tls, keepAlive: true, maxSockets: 8 });
    this.streams = new Agent(tls);
  }

  /** The cloud's wall time as far as its last answer tells it: a box without a battery clock may be years off. */
  cloudTime(): number {
    return this.options.clock.wall() + this.ahead;
  }

  /** Any answer below 300; the others as errors. An idle connection that the cloud has closed is tried again at once. */
  async request(request: CloudRequest): Promise<CloudAnswer> {
    try {
      return await this.once(request);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return this.once(request);
    }
  }

  /** The answer itself, for reading as it comes. Its reader bounds it in time and size. */
  async stream(request: CloudRequest): Promise<IncomingMessage> {
    const { message, cancelDeadline } = await this.head(request);
    cancelDeadline();
    if (isSuccess(message)) return message;
    throw errorOf(request, message, await read(request, message));
  }

  close(): void {
    this.agent.destroy();
    this.streams.destroy();
  }

  private async once(request: CloudRequest): Promise<CloudAnswer> {
    const { call, message, cancelDeadline } = await this.head(request);
    try {
      const body = await read(request, message);
      if (isSuccess(message)) return { status: message.statusCode ?? 0, headers: message.headers, body };
      throw errorOf(request, message, body);
    } finally {
      cancelDeadline();
      if (!call.writableFinished) call.destroy();
    }
  }

  private head(request: CloudRequest): Promise<Head> {
    const { op, method, path, headers = {}, body, signal } = request;
    const { clock } = this.options;
    return new Promise((resolve, reject) => {
      const streamed = body instanceof Readable;
      const length = body === undefined || streamed ? {} : { 'content-length': String(body.length) };
      const { hostname, port } = this.origin;
      const agent = streamed ? this.streams : this.agent;
      const target = { hostname: hostname.replace(/^\[|\]$/g, ''), port: port || 443, path, method, agent };
      const call = httpsRequest({ ...target, headers: { ...headers, ...length }, ...(signal ? { signal } : {}) });
      const cancelDeadline = clock.after(DEADLINE_MS, () =>
        call.destroy(new Error(`no answer within ${DEADLINE_MS / 1000} s`)),
      );
      call.once('error', (cause) => {
        cancelDeadline();
        reject(failureOf(op, call, cause));
      });
      call.once('response', (message) => {
        const date = Date.parse(message.headers.date ?? '');
        if (!Number.isNaN(date)) this.ahead = date - clock.wall();
        resolve({ call, message, cancelDeadline });
      });
      if (streamed) body.pipe(call);
      else call.end(body);
    });
  }
}

interface Head {
  readonly call: ClientRequest;
  readonly message: IncomingMessage;
  readonly cancelDeadline: () => void;
}

/** The cloud closed a kept connection in the moment in which it was used again. */
class StaleConnection extends AnGridError {}

function failureOf(op: string, call: ClientRequest, cause: NodeJS.ErrnoException): AnGridError {
  const detail = cause.message;
  if (UNTRUSTED.has(cause.code ?? '')) return new AnGridError('uplink.untrusted', { op, detail, cause });
  if (call.reusedSocket && (cause.code === 'ECONNRESET' || cause.code === 'EPIPE'))
    return new StaleConnection('uplink.unreachable', { op, detail, cause });
  return new AnGridError('uplink.unreachable', { op, detail, cause });
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}

async function read({ op }: CloudRequest, message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > ANSWER_BYTES) throw new Error(`the answer is over ${ANSWER_BYTES} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new AnGridError('uplink.unreachable', {
      op,
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
  return Buffer.concat(chunks);
}

/** What the cloud says with a problem, or what its status says where it sends none. */
function errorOf({ op }: CloudRequest, { statusCode = 0 }: IncomingMessage, body: Buffer): AnGridError {
  const refused = statusCode === 401 || statusCode === 403;
  const fallback: ErrorCode = refused
    ? 'uplink.refused'
    : statusCode === 404
      ? 'subject.not-found'
      : 'uplink.unreachable';
  const error = errorOfProblem(parsed(body), op, fallback);
  if (refused) return new AnGridError('uplink.refused', { op, detail: error.message, cause: error });
  return error.detail === undefined && error.code === fallback
    ? new AnGridError(fallback, { op, detail: `status ${statusCode}` })
    : error;
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
