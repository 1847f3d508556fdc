import { describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import fc from 'fast-check';
import { bareJpeg } from './jpeg.js';

const segment = (marker: number, body: Buffer): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
};
const soi = Buffer.from([0xff, 0xd8]);
const eoi = Buffer.from([0xff, 0xd9]);
const frame = (height: number, width: number): Buffer => {
  const body = Buffer.alloc(9, 1);
  body.writeUInt16BE(height, 1);
  body.writeUInt16BE(width, 3);
  return segment(0xc0, body);
};
const tables = Buffer.concat([segment(0xdb, Buffer.alloc(65, 3)), segment(0xc4, Buffer.alloc(20, 5))]);
/** With a stuffed byte and a restart in it. */
const scan = Buffer.concat([segment(0xda, Buffer.alloc(8, 1)), Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd3, 4])]);
const picture = Buffer.concat([soi, tables, frame(480, 640), scan, eoi]);
const place = Buffer.from('GPS 29.3 N 120.1 E');
const withPlace = Buffer.concat([
  soi,
  segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), place])),
  tables,
  segment(0xfe, place),
  frame(480, 640),
  scan,
  eoi,
  place,
]);

describe('a picture of a report', () => {
  it('loses place, comment and whatever follows its end', () => expect(bareJpeg(withPlace)).toEqual(picture));

  it('stays as it is where it has nothing but the picture', () => expect(bareJpeg(picture)).toEqual(picture));

  it.each([
    ['no JPEG', Buffer.from('<svg onload="x"/>')],
    ['nothing', Buffer.alloc(0)],
    ['no picture', Buffer.concat([soi, eoi])],
    ['more than 16 million pixels', Buffer.concat([soi, tables, frame(5000, 5000), scan, eoi])],
    ['cut off', picture.subarray(0, picture.length - 2)],
  ])('is refused where it is %s', (_name, bytes) => {
    expect(() => bareJpeg(bytes)).toThrow(expect.objectContaining({ code: 'report.picture-refused' }));
  });

  it('is bare or refused, whatever comes, and bare for good', () => {
    const edits = fc.array(fc.tuple(fc.nat(withPlace.length - 1), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(edits, (changes) => {
        const bytes = Buffer.from(withPlace);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          const bare = bareJpeg(bytes);
          expect(bareJpeg(bare)).toEqual(bare);
        } catch (error) {
          expect(error).toBeInstanceOf(AnGridError);
        }
      }),
    );
  });
});
