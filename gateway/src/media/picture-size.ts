import type { VideoCodec } from './sdp.js';

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Profiles of H.264 whose parameter sets tell of chroma and scaling lists (7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
const MAX_SET = 1024;
const MAX_PIXELS = 16_384;

/** Size of the pictures after the sequence parameter set at the head of an Annex B picture; undefined without one. */
export function pictureSize(picture: Buffer, codec: VideoCodec): PictureSize | undefined {
  const set = parameterSet(picture, codec === 'h264' ? isH264Set : isHevcSet);
  if (!set) return undefined;
  const bits = new BitReader(set);
  const size = codec === 'h264' ? h264Size(bits) : hevcSize(bits);
  const fits = size.width > 0 && size.height > 0 && size.width <= MAX_PIXELS && size.height <= MAX_PIXELS;
  return fits && !bits.overrun ? size : undefined;
}

const isH264Set = (first: number): boolean => (first & 0x1f) === 7;
const isHevcSet = (first: number): boolean => ((first >> 1) & 0x3f) === 33;

/** The raw bytes of the first NAL unit of this kind, emulation prevention taken out. */
function parameterSet(picture: Buffer, isSet: (first: number) => boolean): Buffer | undefined {
  for (let at = picture.indexOf('\0\0\x01'); at >= 0 && at < MAX_SET; at = picture.indexOf('\0\0\x01', at + 3)) {
    if (!isSet(picture[at + 3] ?? 0)) continue;
    const next = picture.indexOf('\0\0\x01', at + 3);
    const nal = picture.subarray(at + 3, next < 0 ? at + MAX_SET : next);
    return Buffer.from(nal.toString('latin1').replaceAll('\0\0\x03', '\0\0'), 'latin1');
  }
  return undefined;
}

class BitReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get overrun(): boolean {
    return this.at > this.bytes.length * 8;
  }

  bits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left -= 1) {
      value = value * 2 + (((this.bytes[this.at >> 3] ?? 0) >> (7 - (this.at & 7))) & 1);
      this.at += 1;
    }
    return value;
  }

  /** Exp-Golomb, unsigned. */
  ue(): number {
    let zeros = 0;
    while (zeros < 32 && !this.overrun && this.bits(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + this.bits(zeros);
  }
}

/** ITU-T H.264 7.3.2.1.1. */
function h264Size(bits: BitReader): PictureSize {
  bits.bits(8);
  const profile = bits.bits(8);
  bits.bits(16);
  bits.ue();
  const chroma = HIGH_PROFILES.has(profile) ? skipHighProfile(bits) : 1;
  bits.ue();
  skipOrder(bits);
  bits.ue();
  bits.bits(1);
  const width = (bits.ue() + 1) * 16;
  const mapUnits = bits.ue() + 1;
  const fields = 2 - bits.bits(1);
  if (fields === 2) bits.bits(1);
  bits.bits(1);
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  const unitY = (chroma === 1 ? 2 : 1) * fields;
  const crop = cropOf(bits);
  return { width: width - crop.x * unitX, height: mapUnits * 16 * fields - crop.y * unitY };
}

/** Gives the chroma format. */
function skipHighProfile(bits: BitReader): number {
  const chroma = bits.ue();
  if (chroma === 3) bits.bits(1);
  bits.ue();
  bits.ue();
  bits.bits(1);
  if (bits.bits(1) === 0) return chroma;
  for (let list = 0; list < (chroma === 3 ? 12 : 8); list += 1) if (bits.bits(1)) skipScaling(bits, list < 6 ? 16 : 64);
  return chroma;
}

function skipScaling(bits: BitReader, size: number): void {
  let next = 8;
  for (let index = 0; index < size && next !== 0; index += 1) {
    const code = bits.ue();
    const delta = code % 2 === 0 ? -code / 2 : (code + 1) / 2;
    next = (next + delta + 256) % 256;
  }
}

function skipOrder(bits: BitReader): void {
  const type = bits.ue();
  if (type === 0) bits.ue();
  if (type !== 1) return;
  bits.bits(1);
  bits.ue();
  bits.ue();
  for (let left = Math.min(bits.ue(), 255); left > 0; left -= 1) bits.ue();
}

function cropOf(bits: BitReader): { x: number; y: number } {
  if (bits.bits(1) === 0) return { x: 0, y: 0 };
  const [left, right, top, bottom] = [bits.ue(), bits.ue(), bits.ue(), bits.ue()];
  return { x: left + right, y: top + bottom };
}

/** ITU-T H.265 7.3.2.2.1. */
function hevcSize(bits: BitReader): PictureSize {
  bits.bits(20);
  const layers = bits.bits(3);
  bits.bits(1 + 88 + 8);
  const present = Array.from({ length: layers }, () => [bits.bits(1), bits.bits(1)] as const);
  if (layers > 0) bits.bits((8 - layers) * 2);
  for (const [profile, level] of present) bits.bits((profile ? 88 : 0) + (level ? 8 : 0));
  bits.ue();
  const chroma = bits.ue();
  if (chroma === 3) bits.bits(1);
  const width = bits.ue();
  const height = bits.ue();
  const crop = cropOf(bits);
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1;
  return { width: width - crop.x * unitX, height: height - crop.y * (chroma === 1 ? 2 : 1) };
}
