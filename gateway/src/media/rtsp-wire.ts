import { AnGridError } from '@angrid/contract';

/** One RTSP 1.0 request or reply (RFC 2326); texts are latin-1, as they were on the wire. */
export interface RtspMessage {
  /** Request line or status line. */
  readonly start: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** What a connection carries: messages, and between them runs of interleaved frames as they came. */
export type RtspPart = { readonly message: RtspMessage } | { readonly media: Buffer };

const DOLLAR = 0x24;
const FRAME_HEADER = 4;
const MAX_HEAD = 16 * 1024;
const MAX_BODY = 64 * 1024;
const HEAD_END = '\r\n\r\n';

/**
 * Takes a byte stream of RTSP apart. Interleaved frames are never copied or parsed beyond their length.
 * Throws `media.stream-hostile` for what is not RTSP, a head above 16 KiB or a body above 64 KiB.
 */
export class RtspScanner {
  private held: Buffer = Buffer.alloc(0);
  /** Bytes that are left of the interleaved frame at hand. */
  private frameLeft = 0;

  push(chunk: Buffer): RtspPart[] {
    const bytes = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    const parts: RtspPart[] = [];
    let at = 0;
    while (at < bytes.length) {
      const media = this.frames(bytes, at);
      if (media > at) parts.push({ media: bytes.subarray(at, media) });
      at = skipLineEnds(bytes, media, this.frameLeft);
      if (bytes[at] === DOLLAR && bytes.length - at >= FRAME_HEADER) continue;
      const taken = readMessage(bytes, at);
      if (!taken) break;
      parts.push({ message: taken.message });
      at = taken.end;
    }
    this.held = Buffer.from(bytes.subarray(at));
    return parts;
  }

  /** Where the run of interleaved frames that starts at `from` ends within these bytes. */
  private frames(bytes: Buffer, from: number): number {
    let at = from;
    for (;;) {
      const here = Math.min(this.frameLeft, bytes.length - at);
      at += here;
      this.frameLeft -= here;
      if (bytes[at] !== DOLLAR || bytes.length - at < FRAME_HEADER) return at;
      this.frameLeft = FRAME_HEADER + bytes.readUInt16BE(at + 2);
    }
  }
}

/** Some cameras put empty lines between messages. */
function skipLineEnds(bytes: Buffer, from: number, frameLeft: number): number {
  let at = from;
  while (frameLeft === 0 && (bytes[at] === 0x0d || bytes[at] === 0x0a)) at += 1;
  return at;
}

export function readMessage(bytes: Buffer, at: number): { message: RtspMessage; end: number } | undefined {
  if (at >= bytes.length || bytes[at] === DOLLAR) return undefined;
  const headEnd = bytes.indexOf(HEAD_END, at, 'latin1');
  if (headEnd < 0 && bytes.length - at <= MAX_HEAD) return undefined;
  if (headEnd < 0 || headEnd - at > MAX_HEAD) throw hostile('the head of a message is too long');
  const [start = '', ...lines] = bytes.toString('latin1', at, headEnd).split('\r\n');
  if (!/^RTSP\/1\.\d \d{3}|^[A-Z_]{3,20} \S+ RTSP\/1\.\d$/.test(start)) throw hostile('not RTSP');
  const headers = lines.map(readHeader);
  const length = bodyLength(headers);
  const end = headEnd + HEAD_END.length + length;
  if (end > bytes.length) return undefined;
  return { message: { start, headers, body: Buffer.from(bytes.subarray(end - length, end)) }, end };
}

function readHeader(line: string): readonly [string, string] {
  const colon = line.indexOf(':');
  if (colon < 1) throw hostile('a header without a name');
  return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

function bodyLength(headers: RtspMessage['headers']): number {
  const text = headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1] ?? '0';
  const length = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (!(length <= MAX_BODY)) throw hostile('the body of a message is too long');
  return length;
}

export function writeMessage({ start, headers, body }: RtspMessage): Buffer {
  const lines = [start, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(lines.join('\r\n') + HEAD_END, 'latin1'), body]);
}

export function headerValues(message: RtspMessage, name: string): string[] {
  return message.headers.filter(([known]) => known.toLowerCase() === name).map(([, value]) => value);
}

/** The message with one header set, or taken out where `value` is undefined. */
export function withHeader(message: RtspMessage, name: string, value: string | undefined): RtspMessage {
  const others = message.headers.filter(([known]) => known.toLowerCase() !== name.toLowerCase());
  return { ...message, headers: value === undefined ? others : [...others, [name, value]] };
}

/** Status of a reply; undefined for a request. */
export function statusOf(message: RtspMessage): number | undefined {
  const status = /^RTSP\/1\.\d (\d{3})/.exec(message.start)?.[1];
  return status === undefined ? undefined : Number(status);
}

function hostile(detail: string): AnGridError {
  return new AnGridError('media.stream-hostile', { op: 'rtsp.read', detail });
}
