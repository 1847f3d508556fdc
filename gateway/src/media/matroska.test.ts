import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BLOCK_HEAD, matroskaHead, writeBlockHead } from './matroska.js';

interface Element {
  readonly id: string;
  /** -1 where it is unknown. */
  readonly size: number;
  readonly from: number;
}

/** The element at this place, as RFC 8794 reads it. */
function elementAt(bytes: Buffer, at: number): Element {
  const idLength = Math.clz32(bytes[at] ?? 0) - 23;
  const sizeAt = at + idLength;
  const sizeLength = Math.clz32(bytes[sizeAt] ?? 0) - 23;
  const digits = bytes.toString('hex', sizeAt, sizeAt + sizeLength);
  const unknown = digits === '01ffffffffffffff';
  const size = Number(BigInt(`0x${digits}`) - (1n << BigInt(7 * sizeLength)));
  return { id: bytes.toString('hex', at, sizeAt), size: unknown ? -1 : size, from: sizeAt + sizeLength };
}

function elementsIn(bytes: Buffer): (Element & { readonly body: Buffer })[] {
  const found: (Element & { readonly body: Buffer })[] = [];
  for (let at = 0; at < bytes.length;) {
    const element = elementAt(bytes, at);
    at = element.from + Math.max(0, element.size);
    if (at > bytes.length) throw new Error(`${element.id} reaches out`);
    found.push({ ...element, body: bytes.subarray(element.from, at) });
  }
  return found;
}

describe('what goes to ffmpeg through one pipe', () => {
  it('begins with a head that names the codec of each track', () => {
    const [head, segment, info, tracks] = elementsIn(matroskaHead(['h264', 'hevc']));
    expect([head?.id, segment?.id, segment?.size, info?.id, tracks?.id]).toEqual([
      ...['1a45dfa3', '18538067', -1, '1549a966', '1654ae6b'],
    ]);
    const entries = elementsIn(tracks?.body ?? Buffer.alloc(0)).map(({ body }) => elementsIn(body));
    expect(entries.map((entry) => entry.find(({ id }) => id === 'd7')?.body.readUInt32BE())).toEqual([1, 2]);
    const codecs = entries.map((entry) => entry.find(({ id }) => id === '86')?.body.toString());
    expect(codecs).toEqual(['V_MPEG4/ISO/AVC', 'V_MPEGH/ISO/HEVC']);
  });

  it('goes on with a cluster for each picture, of its track, wall time and kind', () => {
    const picture = fc.record({
      bytes: fc.uint8Array({ maxLength: 3000 }),
      track: fc.constantFrom(1, 2),
      atMs: fc.integer({ min: 0, max: 2 ** 47 }),
      key: fc.boolean(),
    });
    fc.assert(
      fc.property(picture, ({ bytes, track, atMs, key }) => {
        const buffer = Buffer.concat([Buffer.alloc(BLOCK_HEAD), bytes]);
        writeBlockHead(buffer, 0, bytes.length, { track, atMs, key });
        const [cluster, ...rest] = elementsIn(buffer);
        const [time, block] = elementsIn(cluster?.body ?? Buffer.alloc(0));
        expect([cluster?.id, time?.id, block?.id, rest]).toEqual(['1f43b675', 'e7', 'a3', []]);
        expect(time?.body.readBigUInt64BE()).toBe(BigInt(atMs));
        const expected = Buffer.concat([Buffer.of(0x80 + track, 0, 0, key ? 0x80 : 0), bytes]);
        expect(block?.body.toString('hex')).toBe(expected.toString('hex'));
      }),
    );
  });
});
