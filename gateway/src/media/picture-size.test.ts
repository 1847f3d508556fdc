import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pictureSize } from './picture-size.js';

const START_CODE = '00000001';
const picture = (set: string): Buffer => Buffer.from(`${START_CODE}09f0${START_CODE}${set}${START_CODE}65ff`, 'hex');

describe('the size of a picture', () => {
  it.each([
    ['h264', 1920, 1080, '67640028acd940780227e5c044000003000400000300283c60c658'],
    ['h264', 640, 360, '67640016acd940a02ff970110000030001000003000a0f162d96'],
    ['h264', 480, 270, '67640015acd941e08feb0110000003001000000300a0f162d960'],
    ['hevc', 1920, 1080, '420101016000000300900000030000030078a003c08010e596566924caf016808000000300800000030284'],
    ['hevc', 640, 360, '42010101600000030090000003000003003fa00502016965959a4932bc05a020000003002000000300a1'],
    ['hevc', 480, 270, '42010101600000030090000003000003003fa00f080447d65959a4932bc05a020000030002000003000a10'],
  ] as const)('of %s is read from its parameter set: %d x %d', (codec, width, height, set) => {
    expect(pictureSize(picture(set), codec)).toEqual({ width, height });
  });

  it('is not told without a parameter set, nor by one that is cut', () => {
    expect(pictureSize(Buffer.from(`${START_CODE}65ff`, 'hex'), 'h264')).toBeUndefined();
    expect(pictureSize(Buffer.from(`${START_CODE}67640028`, 'hex'), 'h264')).toBeUndefined();
  });

  it('of anything else is none, or at most 16,384 pixels a side', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.constantFrom('h264' as const, 'hevc' as const),
        (bytes, codec) => {
          const head = codec === 'h264' ? [0x67] : [0x42, 1];
          const size = pictureSize(Buffer.from([0, 0, 1, ...head, ...bytes]), codec);
          expect(Math.max(size?.width ?? 1, size?.height ?? 1)).toBeLessThanOrEqual(16_384);
        },
      ),
    );
  });
});
