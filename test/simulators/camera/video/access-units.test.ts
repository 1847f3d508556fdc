import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accessUnits, splitAnnexB } from './access-units.js';

const SPS = Buffer.from([0x67, 0x4d, 0x00, 0x1e]);
const PPS = Buffer.from([0x68, 0xee, 0x3c]);
const IDR = Buffer.from([0x65, 0x88, 0x84]);
const IDR_SECOND_SLICE = Buffer.from([0x65, 0x45, 0x84]);
const P_PICTURE = Buffer.from([0x41, 0x9a, 0x24]);
const DELIMITER = Buffer.from([0x09, 0xf0]);

/** A NAL unit holds no start code and does not end with a zero byte. */
const nal = fc
  .uint8Array({ minLength: 1, maxLength: 60 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte < 4 ? byte + 4 : byte))));

describe('the byte stream', () => {
  it('is cut at start codes of three and of four bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(nal, fc.boolean())), (units) => {
        const stream = units.flatMap(([unit, long]) => [Buffer.from(long ? [0, 0, 0, 1] : [0, 0, 1]), unit]);
        expect(splitAnnexB(Buffer.concat(stream))).toEqual(units.map(([unit]) => unit));
      }),
    );
  });

  it('ignores what stands before the first start code', () => {
    expect(splitAnnexB(Buffer.from([7, 7, 0, 0, 1, 0x41, 0x9a]))).toEqual([Buffer.from([0x41, 0x9a])]);
  });
});

describe('access units', () => {
  it('keep parameter sets with the picture that follows them', () => {
    expect(accessUnits([SPS, PPS, IDR, P_PICTURE, SPS, PPS, IDR])).toEqual([
      { keyframe: true, nals: [SPS, PPS, IDR] },
      { keyframe: false, nals: [P_PICTURE] },
      { keyframe: true, nals: [SPS, PPS, IDR] },
    ]);
  });

  it('hold all slices of a picture', () => {
    expect(accessUnits([SPS, PPS, IDR, IDR_SECOND_SLICE, P_PICTURE]).map(({ nals }) => nals.length)).toEqual([4, 1]);
  });

  it('are separated by delimiters, which are not sent', () => {
    expect(accessUnits([DELIMITER, IDR, DELIMITER, P_PICTURE]).map(({ nals }) => nals)).toEqual([[IDR], [P_PICTURE]]);
  });
});
