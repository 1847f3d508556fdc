import { AnGridError } from '@angrid/contract';

/** One RTSP 1.0 request or reply (RFC 2326); texts are latin-1, as they were on the wire. */
export interface RtspMessage {
  /** Request line or status line. */
  readonly start: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

const DOLLAR = 0x24;
const MAX_HEAD = 16 * 1024;
const MAX_BODY = 64 * 1024;
const HEAD_END = '\r\n\r\n';

/**
 * The message that starts at `at`, if it is whole, and its end. Throws `media.stream-hostile` for what is not RTSP, a
 * head above 16 KiB or a body above 64 KiB.
 */
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

/** Status of a reply; undefined for a request. */
export function statusOf(message: RtspMessage): number | undefined {
  const status = /^RTSP\/1\.\d (\d{3})/.exec(message.start)?.[1];
  return status === undefined ? undefined : Number(status);
}

function hostile(detail: string): AnGridError {
  return new AnGridError('media.stream-hostile', { op: 'rtsp.read', detail });
}
