/**
 * RTP for H.264: RFC 6184 (packetization-mode 1: single NAL units and FU-A), framed for one TCP
 * connection as RFC 2326 section 10.12 says ('$', channel, length).
 */

/** Two parts of one RTP payload; the head is the FU indicator and FU header, or empty. */
export interface RtpPayload {
  readonly head: Buffer;
  readonly body: Buffer;
}

export const MAX_PAYLOAD = 1400;
export const CLOCK_RATE = 90_000;
export const PAYLOAD_TYPE = 96;

const FU_A = 28;
const NO_HEAD = Buffer.alloc(0);
const RTP_HEADER = 12;
const FRAMING = 4;

/** The payloads of one access unit in sending order; the last of them carries the marker bit. Bodies are views. */
export function packetise(nals: readonly Buffer[], maxPayload = MAX_PAYLOAD): RtpPayload[] {
  return nals.flatMap((nal) => (nal.length <= maxPayload ? [{ head: NO_HEAD, body: nal }] : fragment(nal, maxPayload)));
}

function fragment(nal: Buffer, maxPayload: number): RtpPayload[] {
  const header = nal[0] ?? 0;
  const step = maxPayload - 2;
  const payloads: RtpPayload[] = [];
  for (let at = 1; at < nal.length; at += step) {
    const start = at === 1 ? 0x80 : 0;
    const end = at + step >= nal.length ? 0x40 : 0;
    const head = Buffer.from([(header & 0xe0) | FU_A, start | end | (header & 0x1f)]);
    payloads.push({ head, body: nal.subarray(at, at + step) });
  }
  return payloads;
}

export interface RtpStart {
  readonly ssrc: number;
  readonly sequence: number;
  /** Added to the media time, so that each session begins at another timestamp. */
  readonly timestampOffset: number;
}

/** The state of one RTP stream to one client. */
export class RtpStream {
  private packets = 0;
  private octets = 0;
  private sequence: number;

  constructor(
    private readonly start: RtpStart,
    private readonly channel: number,
  ) {
    this.sequence = start.sequence & 0xffff;
  }

  get nextSequence(): number {
    return this.sequence;
  }

  timestamp(mediaTime: number): number {
    return (this.start.timestampOffset + mediaTime) % 0x1_0000_0000;
  }

  /** All interleaved packets of one access unit as one buffer. `mediaTime` in 90 kHz ticks. */
  frame(payloads: readonly RtpPayload[], mediaTime: number): Buffer {
    const size = payloads.reduce((sum, { head, body }) => sum + FRAMING + RTP_HEADER + head.length + body.length, 0);
    const out = Buffer.allocUnsafe(size);
    const timestamp = this.timestamp(mediaTime);
    let at = 0;
    for (const [index, payload] of payloads.entries()) {
      const marker = index === payloads.length - 1;
      at = this.writePacket(out, at, { payload, timestamp, marker });
    }
    return out;
  }

  /** An interleaved RTCP compound of sender report and CNAME (RFC 3550 6.4.1, 6.5) for the next channel. */
  senderReport(wallMs: number, mediaTime: number): Buffer {
    const report = Buffer.alloc(28);
    report.writeUInt16BE(0x80c8, 0);
    report.writeUInt16BE(6, 2);
    report.writeUInt32BE(this.start.ssrc, 4);
    report.writeUInt32BE(Math.floor(wallMs / 1000) + NTP_EPOCH_S, 8);
    report.writeUInt32BE(Math.floor(((wallMs % 1000) / 1000) * 0x1_0000_0000), 12);
    report.writeUInt32BE(this.timestamp(mediaTime), 16);
    report.writeUInt32BE(this.packets, 20);
    report.writeUInt32BE(this.octets % 0x1_0000_0000, 24);
    return interleaved(this.channel + 1, Buffer.concat([report, cname(this.start.ssrc)]));
  }

  private writePacket(
    out: Buffer,
    at: number,
    packet: { payload: RtpPayload; timestamp: number; marker: boolean },
  ): number {
    const { head, body } = packet.payload;
    const length = RTP_HEADER + head.length + body.length;
    out[at] = 0x24;
    out[at + 1] = this.channel;
    out.writeUInt16BE(length, at + 2);
    out[at + 4] = 0x80;
    out[at + 5] = (packet.marker ? 0x80 : 0) | PAYLOAD_TYPE;
    out.writeUInt16BE(this.sequence, at + 6);
    out.writeUInt32BE(packet.timestamp, at + 8);
    out.writeUInt32BE(this.start.ssrc, at + 12);
    head.copy(out, at + FRAMING + RTP_HEADER);
    body.copy(out, at + FRAMING + RTP_HEADER + head.length);
    this.sequence = (this.sequence + 1) & 0xffff;
    this.packets = (this.packets + 1) >>> 0;
    this.octets += length - RTP_HEADER;
    return at + FRAMING + length;
  }
}

/** Seconds from 1900 to 1970. */
const NTP_EPOCH_S = 2_208_988_800;

function cname(ssrc: number): Buffer {
  const packet = Buffer.alloc(20);
  packet.writeUInt16BE(0x81ca, 0);
  packet.writeUInt16BE(4, 2);
  packet.writeUInt32BE(ssrc, 4);
  packet.writeUInt16BE(0x0106, 8);
  packet.write('camera', 10, 'latin1');
  return packet;
}

function interleaved(channel: number, packet: Buffer): Buffer {
  const framing = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]);
  return Buffer.concat([framing, packet]);
}
