import { indexSegment, type IndexedPicture, type SegmentIndex } from './mpegts.js';

/** A segment of the ring with its bytes. */
export interface Segment {
  readonly bytes: Buffer;
  /** It is still being written: its last picture may be cut. */
  readonly growing: boolean;
}

interface IndexedSegment {
  readonly bytes: Buffer;
  readonly pictures: readonly (IndexedPicture & { readonly end: number })[];
  readonly codec: SegmentIndex['codec'];
}

/** A run of pictures that starts at a key frame, as MPEG-TS. Times are those of the pictures themselves. */
export interface Cut {
  readonly ts: Buffer;
  readonly fromMs: number;
  readonly toMs: number;
  readonly codec: SegmentIndex['codec'];
}

/** Wall milliseconds, but for `maxMs`. */
export interface ClipWindow {
  readonly fromMs: number;
  readonly momentMs: number;
  readonly toMs: number;
  /** Longest clip. */
  readonly maxMs: number;
}

/** How far a cut may miss its window because pictures come one by one. */
const FRAME_SLACK_MS = 250;

/**
 * The segments of ONE run of ffmpeg in their order. Each starts with a key frame and with its tables, so that
 * segments can be put together byte by byte and read from the start of any of them.
 */
export class Footage {
  private readonly segments: readonly IndexedSegment[];

  constructor(segments: readonly Segment[], nearMs: number) {
    this.segments = segments.map((segment) => withEnds(segment, nearMs)).filter(({ pictures }) => pictures.length > 0);
  }

  get newestMs(): number | undefined {
    return this.segments.at(-1)?.pictures.at(-1)?.atMs;
  }

  /**
   * The pictures from the last key frame at or before `fromMs` to the first picture at or after `toMs`. Where that is
   * longer than `maxMs` it starts at a later key frame, and where there is none before the moment it ends sooner.
   * Undefined where nothing of the window is there.
   */
  clip(window: ClipWindow): Cut | undefined {
    const starts = this.segments.map(({ pictures }) => pictures[0]?.atMs ?? 0);
    const first = firstSegment(starts, window);
    const fromMs = starts[first];
    if (fromMs === undefined || fromMs > window.toMs) return undefined;
    const used = this.segments.slice(first);
    const until = Math.min(window.toMs, fromMs + window.maxMs - FRAME_SLACK_MS);
    const last = used.findIndex(({ pictures }) => pictures.some(({ atMs }) => atMs >= until));
    const parts = last < 0 ? used : used.slice(0, last + 1);
    const finals = parts.at(-1)?.pictures ?? [];
    const finish = finals.find(({ atMs }) => atMs >= until) ?? finals.at(-1);
    if (!finish || finish.atMs < window.fromMs) return undefined;
    const ts = parts.map(({ bytes }, index) => (index === parts.length - 1 ? bytes.subarray(0, finish.end) : bytes));
    return { ts: Buffer.concat(ts), fromMs, toMs: finish.atMs, codec: used[0]?.codec ?? 'unknown' };
  }

  /** The picture nearest to `atMs`, with everything since the key frame before it. */
  picture(
    atMs: number,
  ): { readonly ts: Buffer; readonly index: number; readonly timesMs: readonly number[] } | undefined {
    let best: { segment: IndexedSegment; index: number; distance: number } | undefined;
    for (const segment of this.segments) {
      for (const [index, picture] of segment.pictures.entries()) {
        const distance = Math.abs(picture.atMs - atMs);
        if (!best || distance < best.distance) best = { segment, index, distance };
      }
    }
    const end = best?.segment.pictures[best.index]?.end;
    if (!best || end === undefined) return undefined;
    const timesMs = best.segment.pictures.slice(0, best.index + 1).map((picture) => picture.atMs);
    return { ts: best.segment.bytes.subarray(0, end), index: best.index, timesMs };
  }
}

/** True where a cut lacks some of what shall be seen before the moment. */
export function isShort(cut: Cut, fromMs: number): boolean {
  return cut.fromMs > fromMs + FRAME_SLACK_MS;
}

function withEnds({ bytes, growing }: Segment, nearMs: number): IndexedSegment {
  const { pictures, codec } = indexSegment(bytes, nearMs);
  const complete = growing ? pictures.slice(0, -1) : pictures;
  const whole = bytes.length - (bytes.length % 188);
  const ended = complete.map((picture, index) => ({ ...picture, end: pictures[index + 1]?.offset ?? whole }));
  return { bytes, pictures: ended, codec };
}

/** The last start at or before `fromMs`, else the first of all; a later one before the moment where the clip would be too long. */
function firstSegment(starts: readonly number[], { fromMs, momentMs, toMs, maxMs }: ClipWindow): number {
  const earliestMs = toMs - maxMs + FRAME_SLACK_MS;
  let first = starts.findLastIndex((startMs) => startMs <= fromMs);
  if (first < 0) return 0;
  while ((starts[first] ?? 0) < earliestMs && (starts[first + 1] ?? Infinity) <= momentMs) first += 1;
  return first;
}
