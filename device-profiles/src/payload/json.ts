import { malformed } from './malformed.js';

/** Bounds that hold before JSON.parse sees a byte. */
export const payloadLimits = {
  /** Panels send pictures inside JSON. */
  bytes: 2 * 1024 * 1024,
  depth: 32,
  /** Members of objects and arrays together. */
  values: 8192,
  /** A longer text is cut out: nothing that we read is longer, and a picture never reaches the parser. */
  textBytes: 4096,
} as const;

/** Stands where a text was cut out. */
export const CUT = '~';

export interface ParsedBody {
  readonly value: Readonly<Record<string, unknown>>;
  /** How many long texts were cut out. */
  readonly cuts: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CUT_BYTES = Buffer.from(CUT);

/** Reads a JSON object. Throws `profile.malformed-payload`. Cost: one pass over the bytes, long texts by memchr. */
export function parseJson(body: Buffer, maxBytes: number = payloadLimits.bytes): ParsedBody {
  if (body.length > maxBytes) throw malformed('too-large', `${body.length} bytes, at most ${maxBytes}`);
  const bytes = trim(body);
  if (bytes.length === 0) throw malformed('empty', 'no bytes');
  const long = scan(bytes);
  const value = parseText((long.length === 0 ? bytes : without(bytes, long)).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('not-an-object', typeof value);
  return { value: value as Record<string, unknown>, cuts: long.length / 2 };
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw malformed('not-json', 'the text is not JSON', cause);
  }
}

/** Without a byte order mark, and without the NULs and blanks that some firmware leaves at the end. */
function trim(body: Buffer): Buffer {
  const start = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  let end = body.length;
  while (end > start && (body[end - 1] ?? 0) <= 0x20) end -= 1;
  return start === 0 && end === body.length ? body : body.subarray(start, end);
}

/** Checks depth and number of values; answers where the long texts lie: from, to, from, to … */
function scan(bytes: Buffer): readonly number[] {
  const long: number[] = [];
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    switch (bytes[at]) {
      case QUOTE: {
        const close = closingQuote(bytes, at + 1);
        if (close - at > payloadLimits.textBytes) long.push(at + 1, close);
        at = close;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        if (depth > payloadLimits.depth) throw malformed('too-deep', `more than ${payloadLimits.depth} levels`);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
      case 0x2c: // ,
        values += 1;
        break;
      default:
    }
  }
  if (values > payloadLimits.values) throw malformed('too-many-values', `more than ${payloadLimits.values} values`);
  return long;
}

/** Short texts byte by byte, the rest by indexOf, which runs at memory speed. */
function closingQuote(bytes: Buffer, from: number): number {
  const near = Math.min(bytes.length, from + 48);
  for (let at = from; at < near; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return near === bytes.length ? bytes.length : distantQuote(bytes, from);
}

function distantQuote(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(QUOTE, from);
  while (at !== -1 && isEscaped(bytes, at, from)) at = bytes.indexOf(QUOTE, at + 1);
  return at === -1 ? bytes.length : at;
}

function isEscaped(bytes: Buffer, at: number, from: number): boolean {
  let slashes = 0;
  while (at - slashes - 1 >= from && bytes[at - slashes - 1] === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}

function without(bytes: Buffer, long: readonly number[]): Buffer {
  const pieces: Buffer[] = [];
  let done = 0;
  for (let index = 0; index < long.length; index += 2) {
    pieces.push(bytes.subarray(done, long[index]), CUT_BYTES);
    done = long[index + 1] ?? bytes.length;
  }
  pieces.push(bytes.subarray(done));
  return Buffer.concat(pieces);
}
