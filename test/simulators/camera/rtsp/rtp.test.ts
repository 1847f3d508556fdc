import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_PAYLOAD, packetise, RtpStream } from './rtp.js';

const SSRC = 0x11223344;
const nal = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 0, max: 3 }),
    fc.uint8Array({ minLength: 1, maxLength: 6000 }),
  )
  .map(([type, importance, body]) => Buffer.concat([Buffer.from([(importance << 5) | type]), body]));
const accessUnit = fc.array(nal, { minLength: 1, maxLength: 6 });

interface Packet {
  readonly channel: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payload: Buffer;
}

function packetsOf(wire: Buffer): Packet[] {
  const packets: Packet[] = [];
  for (let at = 0; at < wire.length; at += 4 + wire.readUInt16BE(at + 2)) {
    expect(wire[at]).toBe(0x24);
    const rtp = wire.subarray(at + 4, at + 4 + wire.readUInt16BE(at + 2));
    expect(rtp.readUInt32BE(8)).toBe(SSRC);
    packets.push({
      channel: wire.readUInt8(at + 1),
      marker: (rtp.readUInt8(1) & 0x80) !== 0,
      sequence: rtp.readUInt16BE(2),
      timestamp: rtp.readUInt32BE(4),
      payload: rtp.subarray(12),
    });
  }
  return packets;
}

/** A receiver as RFC 6184 describes it; throws on a fragment without a start or an end. */
function depacketise(payloads: readonly Buffer[]): Buffer[] {
  const nals: Buffer[] = [];
  let parts: Buffer[] | undefined;
  for (const payload of payloads) {
    const [indicator = 0, header = 0] = payload;
    if ((indicator & 0x1f) !== 28) {
      if (parts) throw new Error('a fragmented unit has no end');
      nals.push(payload);
      continue;
    }
    if (header & 0x80) parts = [Buffer.from([(indicator & 0xe0) | (header & 0x1f)])];
    if (!parts) throw new Error('a fragmented unit has no start');
    parts.push(payload.subarray(2));
    if (!(header & 0x40)) continue;
    nals.push(Buffer.concat(parts));
    parts = undefined;
  }
  if (parts) throw new Error('a fragmented unit has no end');
  return nals;
}

function streamAt(start: { sequence?: number; timestampOffset?: number } = {}): RtpStream {
  return new RtpStream({ ssrc: SSRC, sequence: 0, timestampOffset: 0, ...start }, 0);
}

describe('the packetiser', () => {
  it('gives the receiver back exactly the NAL units that went in, in packets that fit', () => {
    fc.assert(
      fc.property(accessUnit, fc.integer({ min: 3, max: 1400 }), (nals, maxPayload) => {
        const packets = packetsOf(streamAt().frame(packetise(nals, maxPayload), 0));
        expect(depacketise(packets.map(({ payload }) => payload))).toEqual(nals);
        for (const { payload } of packets) expect(payload.length).toBeLessThanOrEqual(maxPayload);
      }),
    );
  });

  it('marks the last packet of a picture and no other', () => {
    fc.assert(
      fc.property(accessUnit, (nals) => {
        const markers = packetsOf(streamAt().frame(packetise(nals), 0)).map(({ marker }) => marker);
        expect(markers.indexOf(true)).toBe(markers.length - 1);
      }),
    );
  });

  it('never sends a start and an end in one fragment', () => {
    const heads = packetise([Buffer.alloc(MAX_PAYLOAD + 1, 0x65)]).map(({ head }) => (head[1] ?? 0) & 0xc0);
    expect(heads).toEqual([0x80, 0x40]);
  });
});

describe('the stream to one client', () => {
  it('counts every packet, over the end of the 16 bit sequence', () => {
    const stream = streamAt({ sequence: 0xfffe });
    const payloads = packetise([Buffer.alloc(5000, 0x65)], 1400);
    const sequences = packetsOf(stream.frame(payloads, 0)).map(({ sequence }) => sequence);
    expect(sequences).toEqual([0xfffe, 0xffff, 0, 1]);
    expect(stream.nextSequence).toBe(2);
  });

  it('gives all packets of a picture one timestamp and wraps it at 32 bits', () => {
    const stream = streamAt({ timestampOffset: 0xffff_ff00 });
    const wire = stream.frame(packetise([Buffer.alloc(3000, 0x65)]), 0x200);
    expect(packetsOf(wire).map(({ timestamp }) => timestamp)).toEqual([0x100, 0x100, 0x100]);
  });

  it('reports on the next channel what it has sent, at which wall time', () => {
    const stream = streamAt();
    stream.frame(packetise([Buffer.alloc(100, 0x41), Buffer.alloc(50, 0x41)]), 6000);
    const report = stream.senderReport(1_500, 6000);
    expect(report[1]).toBe(1);
    expect(report.readUInt16BE(2)).toBe(report.length - 4);
    const rtcp = report.subarray(4);
    expect(rtcp.readUInt32BE(8)).toBe(2_208_988_801);
    expect(rtcp.readUInt32BE(12)).toBe(0x8000_0000);
    expect([rtcp.readUInt32BE(16), rtcp.readUInt32BE(20), rtcp.readUInt32BE(24)]).toEqual([6000, 2, 150]);
  });
});
