import { AnGridError, type LivePart } from '@angrid/contract';
import { pictureSize } from '../media/picture-size.js';
import { decoderConfig, fragmentOf, startOf } from './fmp4.js';

/** One H.264 picture, as Annex B with start codes of four bytes; valid during the call only. */
export interface LivePicture {
  readonly bytes: Buffer;
  readonly key: boolean;
  /** Whole milliseconds, later than the picture before. */
  readonly atMs: number;
}

const START_CODE = Buffer.of(0, 0, 0, 1);
const SEQUENCE_SET = 7;
const PICTURE_SET = 8;
const DELIMITER = 9;
const MOST_SETS = 16;
const LONGEST_SET = 1024;
/** How long the first picture is shown, and the longest distance of how many decides about the next. */
const FIRST_MS = 200;
const REMEMBERED = 15;
const LONGEST_MS = 1000;

/**
 * Makes fragments of the pictures of one camera in the moment in which each comes. Nothing leaves before the first key
 * picture with its parameter sets.
 */
export class LiveMuxer {
  private config: Buffer | undefined;
  private number = 0;
  private lastMs = 0;
  private readonly distances: number[] = [];

  /** Throws media.stream-failed where the camera changes its format: a browser was told the other one. */
  take({ bytes, key, atMs }: LivePicture): LivePart[] {
    const nals = nalUnits(bytes);
    const start = key ? this.start(bytes, nals) : [];
    if (!this.config) return [];
    const pictures = nals.filter((nal) => !isApart(nal));
    this.number += 1;
    const sample = { number: this.number, atMs, durationMs: this.durationAt(atMs), key };
    return [...start, { kind: 'fragment', bytes: fragmentOf(pictures, sample), key }];
  }

  private start(bytes: Buffer, nals: readonly Buffer[]): LivePart[] {
    const of = (type: number): Buffer[] => nals.filter((nal) => typeOf(nal) === type);
    const sets = { sequence: of(SEQUENCE_SET), picture: of(PICTURE_SET) };
    const size = pictureSize(bytes, 'h264');
    if (!size || sets.picture.length === 0) return [];
    const all = [...sets.sequence, ...sets.picture];
    if (all.length > MOST_SETS || all.some(({ length }) => length > LONGEST_SET))
      throw new AnGridError('media.stream-hostile', { op: 'live.mux', detail: 'too many parameter sets' });
    const config = decoderConfig(sets);
    if (this.config?.equals(config)) return [];
    if (this.config) throw new AnGridError('media.stream-failed', { op: 'live.mux', detail: 'another format' });
    this.config = config;
    const codec = `avc1.${config.toString('hex', 1, 4)}`;
    return [{ kind: 'start', bytes: startOf({ config, ...size }), codec }];
  }

  /** A browser takes a distance above twice this for a hole, and waits for the next key picture then. */
  private durationAt(atMs: number): number {
    if (this.number > 1) this.distances.push(Math.min(LONGEST_MS, atMs - this.lastMs));
    if (this.distances.length > REMEMBERED) this.distances.shift();
    this.lastMs = atMs;
    return this.distances.length === 0 ? FIRST_MS : Math.max(...this.distances);
  }
}

function nalUnits(picture: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  for (let at = picture.indexOf(START_CODE); at >= 0;) {
    const from = at + START_CODE.length;
    at = picture.indexOf(START_CODE, from);
    nals.push(picture.subarray(from, at < 0 ? picture.length : at));
  }
  return nals.filter(({ length }) => length > 0);
}

/** It stands in the start, or says nothing there (14496-15, 5.3.2). */
function isApart(nal: Buffer): boolean {
  return [SEQUENCE_SET, PICTURE_SET, DELIMITER].includes(typeOf(nal));
}

function typeOf(nal: Buffer): number {
  return (nal[0] ?? 0) & 0x1f;
}
