import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AccessUnits, type AccessUnit } from './access-units.js';
import type { VideoCodec } from './sdp.js';
import { UnitPool } from './unit-pool.js';

interface Taken extends Pick<AccessUnit, 'key' | 'rtpTime' | 'lost'> {
  /** NAL units, hexadecimal. */
  readonly nals: readonly string[];
}

const START_CODE = '00000001';

function taker(codec: VideoCodec, parameterSets: readonly Buffer[] = []) {
  const taken: Taken[] = [];
  const pool = new UnitPool();
  const onUnit = ({ buffer, start, end, key, rtpTime, lost }: AccessUnit): void => {
    const nals = buffer.subarray(start, end).toString('hex').split(START_CODE).slice(1);
    taken.push({ nals, key, rtpTime, lost });
    pool.give(buffer);
  };
  return { taken, units: new AccessUnits({ codec, payloadType: 96, parameterSets, pool, onUnit }) };
}

let sequence = 0;
function rtp(payload: Uint8Array, { time = 0, marker = false, type = 96, skip = 0 } = {}): Buffer {
  sequence = (sequence + 1 + skip) & 0xffff;
  const head = Buffer.alloc(12);
  head[0] = 0x80;
  head[1] = (marker ? 0x80 : 0) | type;
  head.writeUInt16BE(sequence, 2);
  head.writeUInt32BE(time, 4);
  return Buffer.concat([head, payload]);
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const one = (payload: string, more: object = {}): Buffer => rtp(hex(payload), { marker: true, ...more });

describe('the pictures of an H.264 track (RFC 6184)', () => {
  it('come from single units, aggregates and fragments; a key picture is one with an IDR slice', () => {
    const { taken, units } = taker('h264');
    units.push(rtp(hex('18 0003 67aabb 0002 68cc'), { time: 10 }));
    units.push(rtp(hex('7c85 1111'), { time: 10 }));
    units.push(rtp(hex('7c05 2222'), { time: 10 }));
    units.push(one('7c45 3333', { time: 10 }));
    units.push(one('41 99', { time: 20 }));
    expect(taken).toEqual([
      { nals: ['67aabb', '68cc', '65111122223333'], key: true, rtpTime: 10, lost: 0 },
      { nals: ['4199'], key: false, rtpTime: 20, lost: 0 },
    ]);
  });

  it('end where the time changes, also without a marker', () => {
    const { taken, units } = taker('h264');
    for (const time of [1, 2, 3]) units.push(rtp(hex('41 99'), { time }));
    expect(taken.map(({ rtpTime }) => rtpTime)).toEqual([1, 2]);
  });

  it('get the parameter sets of the session description where they bring none', () => {
    const { taken, units } = taker('h264', [hex('67aa'), hex('68bb')]);
    units.push(one('65 01'));
    units.push(rtp(hex('67cc'), { time: 5 }));
    units.push(one('65 02', { time: 5 }));
    expect(taken.map(({ nals }) => nals)).toEqual([
      ['67aa', '68bb', '6501'],
      ['67cc', '6502'],
    ]);
  });

  it('say how many packets are missing before them', () => {
    const { taken, units } = taker('h264');
    units.push(one('41 01', { time: 1 }));
    units.push(one('41 02', { time: 2, skip: 3 }));
    units.push(one('41 03', { time: 3 }));
    expect(taken.map(({ lost }) => lost)).toEqual([0, 3, 0]);
  });

  it('are larger than any first guess, and at most 8 MiB', () => {
    const { taken, units } = taker('h264');
    const part = Buffer.concat([hex('7c05'), Buffer.alloc(60_000, 7)]);
    units.push(rtp(hex('7c85'), { time: 1 }));
    for (let count = 0; count < 20; count += 1) units.push(rtp(part, { time: 1 }));
    units.push(one('7c45', { time: 1 }));
    expect(taken[0]?.nals[0]).toHaveLength(2 * (1 + 20 * 60_000));
    const endless = (): void => {
      for (let count = 0; count < 200; count += 1) units.push(rtp(part, { time: 2 }));
    };
    units.push(rtp(hex('7c85'), { time: 2 }));
    expect(endless).toThrow(expect.objectContaining({ code: 'media.stream-hostile' }));
  });
});

describe('the pictures of an H.265 track (RFC 7798)', () => {
  it('come from single units, aggregates and fragments', () => {
    const { taken, units } = taker('hevc');
    units.push(rtp(hex('6001 0003 4001aa 0003 4201bb'), { time: 10 }));
    units.push(rtp(hex('6201 93 1111'), { time: 10 }));
    units.push(one('6201 53 2222', { time: 10 }));
    units.push(one('0201 99', { time: 20 }));
    expect(taken).toEqual([
      { nals: ['4001aa', '4201bb', '260111112222'], key: true, rtpTime: 10, lost: 0 },
      { nals: ['020199'], key: false, rtpTime: 20, lost: 0 },
    ]);
  });
});

it('whatever else comes is passed over or makes a picture, and never breaks anything', () => {
  const codec = fc.constantFrom<VideoCodec>('h264', 'hevc');
  fc.assert(
    fc.property(codec, fc.array(fc.uint8Array({ maxLength: 60 })), (format, packets) => {
      const { taken, units } = taker(format);
      for (const packet of packets) units.push(Buffer.from(packet));
      for (const packet of packets) units.push(rtp(packet, { marker: true }));
      expect(taken.length).toBeLessThanOrEqual(packets.length * 2);
    }),
  );
});
