import type { VideoCodec } from './sdp.js';

/**
 * As much of Matroska (RFC 9559) as takes pictures with their times to ffmpeg through one pipe: a head, and then each
 * picture as a cluster of its own. Pictures are Annex B, which ffmpeg takes where a track has no CodecPrivate.
 */
const ID = {
  head: 0x1a45dfa3,
  docType: 0x4282,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  codecId: 0x86,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

const CODECS: Readonly<Record<VideoCodec, string>> = { h264: 'V_MPEG4/ISO/AVC', hevc: 'V_MPEGH/ISO/HEVC' };
const MILLISECOND = 1_000_000;
const UNKNOWN_SIZE = Buffer.from('01ffffffffffffff', 'hex');

/** What goes into the pipe first. The picture's true size is in its own parameter sets. */
export function matroskaHead(codecs: readonly VideoCodec[]): Buffer {
  const entries = codecs.map((codec, index) => trackEntry(index + 1, codec));
  return Buffer.concat([
    element(ID.head, element(ID.docType, Buffer.from('matroska'))),
    Buffer.concat([idBytes(ID.segment), UNKNOWN_SIZE]),
    element(ID.info, element(ID.timestampScale, unsigned(MILLISECOND))),
    element(ID.tracks, ...entries),
  ]);
}

function trackEntry(number: number, codec: VideoCodec): Buffer {
  return element(
    ID.trackEntry,
    element(ID.trackNumber, unsigned(number)),
    element(ID.trackUid, unsigned(number)),
    element(ID.trackType, unsigned(1)),
    element(ID.codecId, Buffer.from(CODECS[codec])),
    element(ID.video, element(ID.pixelWidth, unsigned(16)), element(ID.pixelHeight, unsigned(16))),
  );
}

/** Bytes of a picture's head. */
export const BLOCK_HEAD = 27;
/** Of them, what lies within the cluster. */
const CLUSTER_HEAD = 19;
const FOUR_BYTE_SIZE = 0x10000000;
const EIGHT_BYTES = 0x88;

export interface BlockPlace {
  /** From 1, in the order of the head. */
  readonly track: number;
  /** Wall milliseconds. */
  readonly atMs: number;
  readonly key: boolean;
}

/** Writes the head of a picture of `bytes` bytes into the BLOCK_HEAD bytes of `buffer` from `at` on. */
export function writeBlockHead(buffer: Buffer, at: number, bytes: number, { track, atMs, key }: BlockPlace): void {
  buffer.writeUInt32BE(ID.cluster, at);
  buffer.writeUInt32BE(FOUR_BYTE_SIZE + CLUSTER_HEAD + bytes, at + 4);
  buffer.writeUInt32BE(ID.timestamp * 2 ** 24 + EIGHT_BYTES * 2 ** 16, at + 8);
  buffer.writeUIntBE(atMs, at + 12, 6);
  buffer.writeUInt8(ID.simpleBlock, at + 18);
  buffer.writeUInt32BE(FOUR_BYTE_SIZE + 4 + bytes, at + 19);
  buffer.writeUInt32BE((0x80 + track) * 2 ** 24 + (key ? 0x80 : 0), at + 23);
}

function element(id: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(FOUR_BYTE_SIZE + body.length);
  return Buffer.concat([idBytes(id), size, body]);
}

function idBytes(id: number): Buffer {
  const hex = id.toString(16);
  return Buffer.from(hex, 'hex');
}

function unsigned(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
