import { AnGridError } from '@angrid/contract';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** Tables, frames and restarts: what a picture needs to be drawn. Application data and comments are what it does not. */
const NEEDED = new Set([0xc0, 0xc1, 0xc2, 0xc4, 0xdb, 0xdd, SOS]);
const FRAMES = new Set([0xc0, 0xc1, 0xc2]);
const MOST_SEGMENTS = 256;
const MOST_PIXELS = 16_000_000;

/**
 * The JPEG without anything but its picture: place, time, device, thumbnails and what follows its end are gone. Throws
 * report.picture-refused for what is no JPEG, is damaged, or has more than 16 million pixels.
 */
export function bareJpeg(bytes: Buffer): Buffer {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) throw refused('no JPEG');
  const kept: Buffer[] = [bytes.subarray(0, 2)];
  let at = 2;
  let framed = false;
  for (let count = 0; count < MOST_SEGMENTS; count += 1) {
    const { marker, start, end } = segmentAt(bytes, at);
    if (marker === EOI) {
      if (!framed || kept.length < 3) throw refused('no picture');
      return Buffer.concat([...kept, bytes.subarray(start, end)]);
    }
    if (FRAMES.has(marker)) {
      if (framed) throw refused('two frames');
      framed = true;
      refuseHuge(bytes.subarray(start, end));
    }
    at = marker === SOS ? scanEnd(bytes, end) : end;
    if (NEEDED.has(marker)) kept.push(bytes.subarray(start, at));
    else if (!isIgnorable(marker)) throw refused('of an unusual kind');
  }
  throw refused('too many parts');
}

function segmentAt(
  bytes: Buffer,
  at: number,
): { readonly marker: number; readonly start: number; readonly end: number } {
  let mark = at;
  // Fill bytes before a marker are allowed.
  while (bytes[mark] === 0xff && bytes[mark + 1] === 0xff) mark += 1;
  const marker = bytes[mark + 1];
  if (bytes[mark] !== 0xff || marker === undefined) throw refused('damaged');
  if (marker === EOI) return { marker, start: mark, end: mark + 2 };
  if (mark + 4 > bytes.length) throw refused('damaged');
  const length = bytes.readUInt16BE(mark + 2);
  const end = mark + 2 + length;
  if (length < 2 || end > bytes.length) throw refused('damaged');
  return { marker, start: mark, end };
}

/** Where the coded picture ends: at the first marker that is neither a stuffed byte nor a restart. */
function scanEnd(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    const next = bytes[at + 1];
    if (at === -1 || next === undefined) throw refused('cut off');
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += 2;
  }
}

/** APPn and COM. */
function isIgnorable(marker: number): boolean {
  return (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
}

function refuseHuge(frame: Buffer): void {
  if (frame.length < 10) throw refused('damaged');
  const pixels = frame.readUInt16BE(5) * frame.readUInt16BE(7);
  if (pixels === 0 || pixels > MOST_PIXELS) throw refused('size');
}

function refused(detail: string): AnGridError {
  return new AnGridError('report.picture-refused', { op: 'report.picture', detail });
}
