import type { IncomingMessage } from 'node:http';
import type { Clock } from '@angrid/runtime';
import type { Refusal } from './answer.js';
import type { HttpLimits } from './limits.js';
import { boundaryOf, isMultipart, MultipartRefused, PartSplitter } from './multipart.js';

/** The message of a request, without its pictures. */
export interface Body {
  readonly message: Buffer;
  readonly pictures: number;
  /** Why the message is empty, where it came in parts that cannot be read. */
  readonly fault?: string;
}

/** A body that is not read any further. */
export class BodyRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal);
  }
}

/** The device hung up before its request was whole. */
export class HungUp extends Error {}

export interface BodyOptions {
  readonly limits: HttpLimits;
  readonly clock: Pick<Clock, 'after'>;
  /** Of the message. */
  readonly maxBytes: number;
}

/** The most that the message of a request can take in memory. Throws BodyRefused by what the headers say already. */
export function messageSize({ headers }: IncomingMessage, { limits, maxBytes }: BodyOptions): number {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') throw new BodyRefused('encoding');
  const most = mostBytes(headers['content-type'], { limits, maxBytes });
  const length = headers['content-length'];
  if (length === undefined) return headers['transfer-encoding'] === undefined ? 0 : maxBytes;
  if (Number(length) > most) throw new BodyRefused('body-too-large');
  return Math.min(Number(length), maxBytes);
}

/** Reads a body that is as large as it may be, and as slow. Throws BodyRefused and HungUp. */
export function readBody(request: IncomingMessage, options: BodyOptions): Promise<Body> {
  const type = request.headers['content-type'];
  const collector = isMultipart(type) ? new Parts(boundaryOf(type), options) : new Whole();
  const most = mostBytes(type, options);
  return new Promise((resolve, reject) => {
    if (request.destroyed) return reject(new HungUp());
    let size = 0;
    const settle = (act: () => void): void => {
      cancel();
      request.off('data', onData);
      act();
    };
    const cancel = options.clock.after(options.limits.bodyMs, () => {
      request.pause();
      settle(() => reject(new BodyRefused('body-timeout')));
    });
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > most) {
        request.pause();
        settle(() => reject(new BodyRefused('body-too-large')));
      } else collector.push(chunk);
    };
    request.on('data', onData);
    request.once('end', () => settle(() => resolve(collector.finish())));
    request.once('close', () => settle(() => reject(new HungUp())));
    request.on('error', () => settle(() => reject(new HungUp())));
  });
}

/** With its pictures a body may be larger than its message. */
function mostBytes(type: string | undefined, { limits, maxBytes }: Pick<BodyOptions, 'limits' | 'maxBytes'>): number {
  return isMultipart(type) ? Math.max(maxBytes, limits.requestBytes) : Math.min(maxBytes, limits.requestBytes);
}

interface Collector {
  push(chunk: Buffer): void;
  finish(): Body;
}

class Whole implements Collector {
  private readonly chunks: Buffer[] = [];

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
  }

  finish(): Body {
    return { message: Buffer.concat(this.chunks), pictures: 0 };
  }
}

/** Once it cannot be read, the rest goes by unread: the device is told that it came, or it would send it for ever. */
class Parts implements Collector {
  private readonly splitter: PartSplitter | undefined;
  private fault: string | undefined;

  constructor(boundary: string | undefined, { limits, maxBytes }: BodyOptions) {
    const { partHeadBytes: headBytes, parts } = limits;
    this.fault = boundary === undefined ? 'no-boundary' : undefined;
    if (boundary !== undefined)
      this.splitter = new PartSplitter(boundary, { messageBytes: maxBytes, headBytes, parts });
  }

  push(chunk: Buffer): void {
    this.guarded(() => this.splitter?.push(chunk));
  }

  finish(): Body {
    this.guarded(() => this.splitter?.finish());
    const pictures = this.splitter?.pictures ?? 0;
    if (this.fault !== undefined) return { message: Buffer.alloc(0), pictures, fault: this.fault };
    return { message: this.splitter?.message ?? Buffer.alloc(0), pictures };
  }

  private guarded(work: () => void): void {
    if (this.fault !== undefined) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof MultipartRefused)) throw error;
      this.fault = error.fault;
    }
  }
}
