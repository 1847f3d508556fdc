import { z } from 'zod';
import { AnGridError } from './errors/index.js';

/**
 * Live video on the wire: fragmented MP4 (ISO/IEC 14496-12) with one H.264 track, as MSE takes it. `start` is `ftyp` and
 * `moov`; each fragment is a `moof` and its `mdat`, one picture long.
 */
export type LivePart =
  | { readonly kind: 'start'; readonly bytes: Uint8Array; /** RFC 6381: `avc1.64001f`. */ readonly codec: string }
  | {
      readonly kind: 'fragment';
      readonly bytes: Uint8Array;
      /** Can be shown without what came before. */ readonly key: boolean;
    };

export const LIVE_MEDIA_TYPE = 'video/mp4';

/** How a gateway says that it gives no picture (any more), with the code of the cause. */
export const liveEndSchema = z.object({ code: z.string().min(1).max(64) });
export type LiveEnd = z.infer<typeof liveEndSchema>;

const START_BYTES = 64 * 1024;
/** A key picture of a 4K camera stays below it. */
const FRAGMENT_BYTES = 4 * 1024 * 1024;
const HEADER = 8;

interface Box {
  readonly type: string;
  readonly from: number;
  readonly to: number;
}

/** Cuts a byte stream into its parts, wherever its chunks end. Keeps no more than one part. */
export class FragmentSplitter {
  private rest: Uint8Array = new Uint8Array(0);
  private before: readonly Uint8Array[] = [];
  private started = false;

  /** The parts that have become whole. Throws contract.violation for all that is no live video. */
  push(chunk: Uint8Array): LivePart[] {
    const parts: LivePart[] = [];
    let bytes = this.rest.length === 0 ? chunk : joined([this.rest, chunk]);
    for (let size = this.sizeOf(bytes); size !== undefined && size <= bytes.length; size = this.sizeOf(bytes)) {
      const part = this.take(bytes.subarray(0, size));
      if (part) parts.push(part);
      bytes = bytes.subarray(size);
    }
    this.rest = bytes;
    return parts;
  }

  private sizeOf(bytes: Uint8Array): number | undefined {
    if (bytes.length < HEADER) return undefined;
    const size = viewOf(bytes).getUint32(0);
    if (size < HEADER || size > (this.started ? FRAGMENT_BYTES : START_BYTES)) throw violation('a box out of bounds');
    return size;
  }

  private take(box: Uint8Array): LivePart | undefined {
    const expected = this.started ? ['moof', 'mdat'] : ['ftyp', 'moov'];
    const type = typeAt(box, 0);
    if (this.started && (type === 'mfra' || type === 'styp')) return undefined;
    if (type !== expected[this.before.length]) throw violation(`${type} is out of place`);
    if (this.before.length === 0) {
      this.before = [box];
      return undefined;
    }
    const [first = box] = this.before;
    this.before = [];
    const bytes = joined([first, box]);
    if (this.started) return { kind: 'fragment', bytes, key: isKey(first) };
    this.started = true;
    return { kind: 'start', bytes, codec: codecOf(box) };
  }
}

/**
 * Whether a reader may be given the next fragment. One that is behind gets nothing until it has read almost all of what
 * waits, and goes on with the next key picture then: it jumps, and what waits is never old.
 */
export class LiveGate {
  private behind = true;

  constructor(private readonly mostWaiting: number) {}

  passes({ key }: { readonly key: boolean }, waitingBytes: number): boolean {
    if (waitingBytes > this.mostWaiting) this.behind = true;
    else if (key && waitingBytes <= this.mostWaiting / 8) this.behind = false;
    return !this.behind;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function typeAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + HEADER));
}

/** The boxes that stand one after the other inside another one. */
function* boxesIn(bytes: Uint8Array, { from, to }: Omit<Box, 'type'>): Generator<Box> {
  const view = viewOf(bytes);
  for (let at = from; at + HEADER <= to;) {
    const size = view.getUint32(at);
    if (size < HEADER || at + size > to) throw violation('a box that reaches out of its box');
    yield { type: typeAt(bytes, at), from: at + HEADER, to: at + size };
    at += size;
  }
}

/** The box behind a path, each step the first of its type. `skip`: bytes of fields before the boxes inside. */
function find(bytes: Uint8Array, path: readonly (readonly [type: string, skip?: number])[]): Box | undefined {
  let found: Box | undefined = { type: '', from: 0, to: bytes.length };
  for (const [type, skip = 0] of path) {
    const inside: Box[] = found ? [...boxesIn(bytes, found)] : [];
    const next = inside.find((box) => box.type === type);
    found = next && { ...next, from: next.from + skip };
  }
  return found;
}

/** Fields of a full box, each in its turn where its flag is set. */
function reader(bytes: Uint8Array, box: Box) {
  const inside = viewOf(bytes.subarray(box.from, box.to));
  let at = 0;
  const u32 = (): number => {
    if (at + 4 > inside.byteLength) throw violation(`${box.type} is cut off`);
    at += 4;
    return inside.getUint32(at - 4);
  };
  return { u32, skip: (bytes: number) => void (at += bytes) };
}

const FLAGS = 0x00ff_ffff;
const NO_SYNC_SAMPLE = 0x0001_0000;

/** 8.8.12 Track fragment header, 8.8.8 track run: the flags of the first sample, wherever they stand. */
function isKey(moof: Uint8Array): boolean {
  const run = find(moof, [['moof'], ['traf'], ['trun']]);
  const header = find(moof, [['moof'], ['traf'], ['tfhd']]);
  if (!run || !header) throw violation('a fragment without a run');
  const flags = flagsInRun(moof, run) ?? flagsInHeader(moof, header);
  return flags !== undefined && (flags & NO_SYNC_SAMPLE) === 0;
}

function flagsInRun(moof: Uint8Array, box: Box): number | undefined {
  const { u32, skip } = reader(moof, box);
  const flags = u32() & FLAGS;
  skip(4);
  if (flags & 0x1) skip(4);
  if (flags & 0x4) return u32();
  if (flags & 0x100) skip(4);
  if (flags & 0x200) skip(4);
  return flags & 0x400 ? u32() : undefined;
}

function flagsInHeader(moof: Uint8Array, box: Box): number | undefined {
  const { u32, skip } = reader(moof, box);
  const flags = u32() & FLAGS;
  skip(4);
  if (flags & 0x1) skip(8);
  for (const flag of [0x2, 0x8, 0x10]) if (flags & flag) skip(4);
  return flags & 0x20 ? u32() : undefined;
}

const FULL_BOX = 4;
const ENTRY_COUNT = 4;
const VISUAL_SAMPLE_ENTRY = 78;

/** Profile, constraints and level of the one H.264 track (ISO/IEC 14496-15, 5.3.3.1). */
function codecOf(moov: Uint8Array): string {
  const entries = [['moov'], ['trak'], ['mdia'], ['minf'], ['stbl'], ['stsd', FULL_BOX + ENTRY_COUNT]] as const;
  const config = find(moov, [...entries, ['avc1', VISUAL_SAMPLE_ENTRY], ['avcC']]);
  if (!config || config.to - config.from < 4) throw new AnGridError('media.live-codec', { op: 'live.read' });
  const bytes = moov.subarray(config.from + 1, config.from + 4);
  return `avc1.${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function violation(detail: string): AnGridError {
  return new AnGridError('contract.violation', { op: 'live.read', detail });
}
