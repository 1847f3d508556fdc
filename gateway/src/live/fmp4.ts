/**
 * As much of fragmented MP4 (ISO/IEC 14496-12) as shows one H.264 track in a browser (14496-15): a start, and then each
 * picture as a fragment of its own. Times are milliseconds.
 */
const TIMESCALE = 1000;
const TRACK = 1;
const KEY_SAMPLE = 0x0200_0000;
const OTHER_SAMPLE = 0x0101_0000;
const MATRIX = u32(0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000);
const MOOF_BYTES = 100;
const MDAT_HEAD = 8;

export interface ParameterSets {
  /** Raw NAL units. */
  readonly sequence: readonly Buffer[];
  readonly picture: readonly Buffer[];
}

export interface StartOptions {
  /** The content of `avcC`. */
  readonly config: Buffer;
  readonly width: number;
  readonly height: number;
}

/** `ftyp` and `moov`. */
export function startOf({ config, width, height }: StartOptions): Buffer {
  const size = [width * 0x1_0000, height * 0x1_0000];
  const movie = full('mvhd', 0, u32(0, 0, TIMESCALE, 0, 0x1_0000, 0, 0, 0), MATRIX, zeros(24), u32(TRACK + 1));
  const header = full('tkhd', 3, u32(0, 0, TRACK, 0, 0, 0, 0, 0, 0), MATRIX, u32(...size));
  const media = box(
    'mdia',
    full('mdhd', 0, u32(0, 0, TIMESCALE, 0, 0x55c4_0000)),
    full('hdlr', 0, u32(0), text('vide'), zeros(13)),
    box('minf', full('vmhd', 1, zeros(8)), dataInformation(), sampleTable({ config, width, height })),
  );
  const fragments = box('mvex', full('trex', 0, u32(TRACK, 1, 0, 0, 0)));
  const brands = box('ftyp', text('iso5'), u32(512), text('iso5iso6mp41'));
  return Buffer.concat([brands, box('moov', movie, box('trak', header, media), fragments)]);
}

function dataInformation(): Buffer {
  return box('dinf', full('dref', 0, u32(1), full('url ', 1)));
}

function sampleTable({ config, width, height }: StartOptions): Buffer {
  const resolution = 72 * 0x1_0000;
  const visual = Buffer.concat([
    u32(0, 1, 0, 0, 0, 0, width * 0x1_0000 + height, resolution, resolution, 0),
    ...[Buffer.of(0, 1), zeros(32), Buffer.of(0, 24, 0xff, 0xff)],
  ]);
  return box(
    'stbl',
    full('stsd', 0, u32(1), box('avc1', visual, box('avcC', config))),
    ...[full('stts', 0, u32(0)), full('stsc', 0, u32(0)), full('stsz', 0, u32(0, 0)), full('stco', 0, u32(0))],
  );
}

/** What a decoder needs to know beforehand (14496-15, 5.3.3.1), with lengths of four bytes; of High profile 4:2:0 with 8 bits. */
export function decoderConfig({ sequence, picture }: ParameterSets): Buffer {
  const [profile = 0, constraints = 0, level = 0] = sequence[0]?.subarray(1, 4) ?? [];
  const sets = (all: readonly Buffer[]): Buffer[] => all.flatMap((set) => [u16(set.length), set]);
  return Buffer.concat([
    Buffer.of(1, profile, constraints, level, 0xff, 0xe0 + sequence.length),
    ...[...sets(sequence), Buffer.of(picture.length), ...sets(picture)],
    Buffer.from(profile === 100 ? [0xfd, 0xf8, 0xf8, 0] : []),
  ]);
}

export interface Sample {
  /** From 1. */
  readonly number: number;
  readonly atMs: number;
  readonly durationMs: number;
  readonly key: boolean;
}

/** `moof` and `mdat` of one picture, from its NAL units. */
export function fragmentOf(nals: readonly Buffer[], { number, atMs, durationMs, key }: Sample): Buffer {
  let size = 0;
  for (const { length } of nals) size += 4 + length;
  const run = box(
    'traf',
    full('tfhd', 0x02_0038, u32(TRACK, durationMs, size, key ? KEY_SAMPLE : OTHER_SAMPLE)),
    full('tfdt', 0x100_0000, u64(atMs)),
    full('trun', 0x1, u32(1, MOOF_BYTES + MDAT_HEAD)),
  );
  const head = box('moof', full('mfhd', 0, u32(number)), run);
  const parts = nals.flatMap((nal) => [u32(nal.length), nal]);
  return Buffer.concat([head, u32(MDAT_HEAD + size), text('mdat'), ...parts]);
}

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(8 + body.length), text(type), body]);
}

/** A box with version (the highest byte) and flags. */
function full(type: string, versionAndFlags: number, ...content: readonly Buffer[]): Buffer {
  return box(type, u32(versionAndFlags), ...content);
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}
