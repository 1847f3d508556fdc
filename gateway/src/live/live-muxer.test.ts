import { FragmentSplitter, type LivePart } from '@angrid/contract';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LiveMuxer } from './live-muxer.js';

/** Of x264: High profile, level 1.0, 64 x 32. */
const SET = '6764000aacb208b602200000030020000003 0281e244c9';
const PICTURE_SET = '68ebc3cb22c0';
const START_CODE = '00000001';

const annexB = (...nals: readonly string[]): Buffer =>
  Buffer.from(nals.map((nal) => START_CODE + nal.replaceAll(' ', '')).join(''), 'hex');
const keyPicture = (slice = '6588aa'): Buffer => annexB('09f0', SET, PICTURE_SET, slice);

interface Box {
  readonly type: string;
  readonly content: Buffer;
}

/** The boxes in a row; throws where their sizes do not add up. */
function boxesIn(bytes: Uint8Array, skip = 0): Box[] {
  const found: Box[] = [];
  const view = Buffer.from(bytes).subarray(skip);
  for (let at = 0; at < view.length;) {
    const size = view.readUInt32BE(at);
    if (size < 8 || at + size > view.length) throw new Error(`a box of ${size} bytes`);
    found.push({ type: view.toString('latin1', at + 4, at + 8), content: view.subarray(at + 8, at + size) });
    at += size;
  }
  return found;
}

/** The content of the box behind a path; a number is how many bytes of fields stand before the boxes in it. */
function inside(bytes: Uint8Array, ...path: readonly (string | number)[]): Buffer {
  let content: Buffer = Buffer.from(bytes);
  let skip = 0;
  for (const step of path) {
    if (typeof step === 'number') {
      skip = step;
      continue;
    }
    const next = boxesIn(content, skip).find(({ type }) => type === step);
    if (!next) throw new Error(`no ${step}`);
    content = next.content;
    skip = 0;
  }
  return content;
}

interface Fragment {
  readonly key: boolean;
  readonly atMs: number;
  readonly durationMs: number;
  readonly number: number;
  /** Hexadecimal, in the order of the sample. */
  readonly nals: readonly string[];
}

/** A fragment as a browser reads it. */
function read(part: LivePart): Fragment {
  if (part.kind === 'start') throw new Error('no fragment');
  const { bytes, key } = part;
  const [moof, mdat] = boxesIn(bytes);
  if (!moof || !mdat) throw new Error('no fragment');
  const header = inside(moof.content, 'traf', 'tfhd');
  const run = inside(moof.content, 'traf', 'trun');
  const sample = Buffer.from(bytes).subarray(run.readUInt32BE(8));
  expect(sample).toEqual(mdat.content);
  expect([header.readUInt32BE(4), header.readUInt32BE(12)]).toEqual([1, sample.length]);
  expect(header.readUInt32BE(16)).toBe(key ? 0x0200_0000 : 0x0101_0000);
  const nals: string[] = [];
  for (let at = 0; at < sample.length; at += 4 + sample.readUInt32BE(at))
    nals.push(sample.toString('hex', at + 4, at + 4 + sample.readUInt32BE(at)));
  return {
    ...{ key, nals, durationMs: header.readUInt32BE(8), number: inside(moof.content, 'mfhd').readUInt32BE(4) },
    atMs: Number(inside(moof.content, 'traf', 'tfdt').readBigUInt64BE(4)),
  };
}

describe('the live parts of a camera', () => {
  let muxer: LiveMuxer;
  beforeEach(() => {
    muxer = new LiveMuxer();
  });
  const key = (atMs: number): LivePart[] => muxer.take({ bytes: keyPicture(), key: true, atMs });
  const other = (atMs: number): LivePart[] => muxer.take({ bytes: annexB('09f0', '419b'), key: false, atMs });

  it('begin with the first key picture, and with what its parameter sets say', () => {
    expect(other(10)).toEqual([]);
    expect(muxer.take({ bytes: annexB('6588'), key: true, atMs: 20 })).toEqual([]);
    const [start, first] = key(30);
    if (start?.kind !== 'start' || !first) throw new Error('no start');
    expect(start.codec).toBe('avc1.64000a');
    expect(boxesIn(start.bytes).map(({ type }) => type)).toEqual(['ftyp', 'moov']);
    const table = ['moov', 'trak', 'mdia', 'minf', 'stbl'];
    expect(inside(start.bytes, ...table, 'stsd', 8, 'avc1', 78, 'avcC').toString('hex')).toBe(
      `0164000affe10017${SET.replaceAll(' ', '')}010006${PICTURE_SET}fdf8f800`,
    );
    const visual = inside(start.bytes, ...table, 'stsd', 8, 'avc1');
    expect([visual.readUInt16BE(24), visual.readUInt16BE(26)]).toEqual([64, 32]);
    expect(inside(start.bytes, 'moov', 'trak', 'mdia', 'mdhd').readUInt32BE(12)).toBe(1000);
  });

  it('hold one picture each, without what the start has said, at its own time', () => {
    const [, first] = key(1000);
    const [second] = other(1067);
    expect([first, second].map((part) => part && read(part))).toEqual([
      { key: true, atMs: 1000, durationMs: 200, number: 1, nals: ['6588aa'] },
      { key: false, atMs: 1067, durationMs: 67, number: 2, nals: ['419b'] },
    ]);
  });

  it('last as long as the longest distance of late, so that a browser finds no hole between them', () => {
    key(0);
    const durations = [50, 150, ...Array.from({ length: 16 }, (_, at) => 200 + at * 50)].map((atMs) => {
      const [part] = other(atMs);
      return part && read(part).durationMs;
    });
    expect([durations[0], durations[1], durations[5], durations.at(-1)]).toEqual([50, 100, 100, 50]);
    expect(other(60_000).map(read)).toMatchObject([{ durationMs: 1000 }]);
  });

  it('go on with the same parameter sets, and end with others', () => {
    key(0);
    expect(key(2000).map(({ kind }) => kind)).toEqual(['fragment']);
    const changed = annexB(SET, `${PICTURE_SET}80`, '6588');
    const take = (): unknown => muxer.take({ bytes: changed, key: true, atMs: 4000 });
    expect(take).toThrow(expect.objectContaining({ code: 'media.stream-failed' }));
  });

  it('are refused to a camera that sends parameter sets without end', () => {
    const bytes = annexB(SET, ...Array.from({ length: 20 }, () => PICTURE_SET), '6588');
    const take = (): unknown => muxer.take({ bytes, key: true, atMs: 0 });
    expect(take).toThrow(expect.objectContaining({ code: 'media.stream-hostile' }));
  });

  it('are what the cloud takes apart again, whatever the pictures are', () => {
    const slice = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => `41${hex(bytes)}`);
    const pictures = fc.array(fc.record({ slices: fc.array(slice), afterMs: fc.integer({ min: 1, max: 5000 }) }));
    fc.assert(
      fc.property(pictures, (all) => {
        const fresh = new LiveMuxer();
        const parts = fresh.take({ bytes: keyPicture(), key: true, atMs: 0 });
        let atMs = 0;
        for (const { slices, afterMs } of all) {
          atMs += afterMs;
          parts.push(...fresh.take({ bytes: annexB('09f0', ...slices), key: false, atMs }));
        }
        const taken = new FragmentSplitter().push(Buffer.concat(parts.map(({ bytes }) => bytes)));
        expect(taken.map(comparable)).toEqual(parts.map(comparable));
        const told = [['6588aa'], ...all.map(({ slices }) => slices)];
        expect(parts.slice(1).map((part) => read(part).nals)).toEqual(told);
      }),
    );
  });
});

/** Without start codes in it: a NAL unit has none. */
function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.map((byte) => byte | 1)).toString('hex');
}

function comparable(part: LivePart): object {
  return { ...part, bytes: Buffer.from(part.bytes).toString('hex') };
}
