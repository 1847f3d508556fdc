import { hostile } from './rtsp-frames.js';
import { rtpPayload } from './rtp.js';
import type { VideoCodec } from './sdp.js';
import type { UnitPool } from './unit-pool.js';

/** One coded picture, as Annex B, in a buffer of the pool that its receiver gives back. */
export interface AccessUnit {
  readonly buffer: Buffer;
  /** The picture lies from here to `end`; before it there is room for a header. */
  readonly start: number;
  readonly end: number;
  /** It can be decoded without any other. */
  readonly key: boolean;
  /** Ticks of the RTP clock, 32 bits. */
  readonly rtpTime: number;
  /** Packets that are missing since the last one. */
  readonly lost: number;
}

export interface AccessUnitsOptions {
  readonly codec: VideoCodec;
  readonly payloadType: number;
  /** Put before key pictures that bring no parameter sets themselves. */
  readonly parameterSets: readonly Buffer[];
  readonly pool: UnitPool;
  onUnit(unit: AccessUnit): void;
}

const HEADROOM = 64;
const MAX_UNIT = 8 * 1024 * 1024;
const START_CODE = 1;
/** On the last packet of a picture. */
const MARKER = 0x80;

/** How the two codecs pack NAL units into RTP: RFC 6184 (H.264) and RFC 7798 (H.265). */
interface Packing {
  readonly headerBytes: number;
  readonly aggregate: number;
  readonly fragment: number;
  type(nal: Buffer): number;
  isKey(type: number): boolean;
  /** A parameter set that comes first in a key picture. */
  isParameters(type: number): boolean;
  /** NAL header of a fragmented unit, from the header of its packet and of the fragment. */
  rebuild(packet: Buffer, fragment: number): Buffer;
}

const PACKINGS: Readonly<Record<VideoCodec, Packing>> = {
  h264: {
    headerBytes: 1,
    aggregate: 24,
    fragment: 28,
    type: (nal) => (nal[0] ?? 0) & 0x1f,
    isKey: (type) => type === 5,
    isParameters: (type) => type === 7,
    rebuild: (packet, fragment) => Buffer.of(((packet[0] ?? 0) & 0xe0) | (fragment & 0x1f)),
  },
  hevc: {
    headerBytes: 2,
    aggregate: 48,
    fragment: 49,
    type: (nal) => ((nal[0] ?? 0) >> 1) & 0x3f,
    isKey: (type) => type >= 16 && type <= 21,
    isParameters: (type) => type === 33,
    rebuild: (packet, fragment) => Buffer.of(((packet[0] ?? 0) & 0x81) | ((fragment & 0x3f) << 1), packet[1] ?? 0),
  },
};

/** Puts the pictures of one track together from its RTP packets. Throws `media.stream-hostile` for one above 8 MiB. */
export class AccessUnits {
  private readonly packing: Packing;
  private buffer: Buffer | undefined;
  private end = HEADROOM;
  private rtpTime = 0;
  private key = false;
  private parameters = false;
  private sequence = -1;
  private lost = 0;

  constructor(private readonly options: AccessUnitsOptions) {
    this.packing = PACKINGS[options.codec];
  }

  /** Takes an RTP packet (RFC 3550); one of another payload type or too short to be one is passed over. */
  push(packet: Buffer): void {
    const payload = rtpPayload(packet, this.options.payloadType);
    if (!payload) return;
    this.count(packet.readUInt16BE(2));
    const rtpTime = packet.readUInt32BE(4);
    if (this.buffer && rtpTime !== this.rtpTime) this.finish();
    this.rtpTime = rtpTime;
    if (payload.length > this.packing.headerBytes) this.unpack(payload);
    if (((packet[1] ?? 0) & MARKER) !== 0) this.finish();
  }

  /** Lets go of what is not whole. */
  close(): void {
    if (this.buffer) this.options.pool.give(this.buffer);
    this.buffer = undefined;
  }

  private count(sequence: number): void {
    const missing = this.sequence < 0 ? 0 : (sequence - this.sequence - 1) & 0xffff;
    this.lost += missing < 0x8000 ? missing : 0;
    this.sequence = sequence;
  }

  private unpack(payload: Buffer): void {
    const { headerBytes, aggregate, fragment } = this.packing;
    const type = this.packing.type(payload);
    if (type === fragment) return this.unpackFragment(payload);
    if (type !== aggregate) return this.nal(payload);
    for (let at = headerBytes; at + 2 < payload.length;) {
      const end = at + 2 + payload.readUInt16BE(at);
      this.nal(payload.subarray(at + 2, end));
      at = end;
    }
  }

  private unpackFragment(payload: Buffer): void {
    const { headerBytes } = this.packing;
    const fragment = payload[headerBytes] ?? 0;
    const rest = payload.subarray(headerBytes + 1);
    if ((fragment & 0x80) !== 0) this.nal(this.packing.rebuild(payload, fragment), rest);
    else if (this.buffer) this.append(rest);
  }

  /** A NAL unit starts; `rest` is what follows its header where that was apart. */
  private nal(nal: Buffer, rest?: Buffer): void {
    if (nal.length === 0) return;
    const type = this.packing.type(nal);
    if (this.packing.isParameters(type)) this.parameters = true;
    if (this.packing.isKey(type) && !this.key) {
      this.key = true;
      if (!this.parameters) for (const set of this.options.parameterSets) this.startNal(set);
    }
    this.startNal(nal);
    if (rest) this.append(rest);
  }

  private startNal(nal: Buffer): void {
    const buffer = this.room(4 + nal.length);
    buffer.writeUInt32BE(START_CODE, this.end);
    nal.copy(buffer, this.end + 4);
    this.end += 4 + nal.length;
  }

  private append(bytes: Buffer): void {
    bytes.copy(this.room(bytes.length), this.end);
    this.end += bytes.length;
  }

  private room(bytes: number): Buffer {
    const { pool } = this.options;
    const wanted = this.end + bytes;
    if (wanted > MAX_UNIT) throw hostile('rtp.picture', `a picture above ${MAX_UNIT} bytes`);
    const buffer = this.buffer ?? pool.take();
    return (this.buffer = wanted <= buffer.length ? buffer : pool.grow(buffer, wanted));
  }

  private finish(): void {
    const { buffer, end, key, rtpTime, lost } = this;
    this.buffer = undefined;
    this.end = HEADROOM;
    this.key = false;
    this.parameters = false;
    if (!buffer) return;
    this.lost = 0;
    this.options.onUnit({ buffer, start: HEADROOM, end, key, rtpTime, lost });
  }
}
