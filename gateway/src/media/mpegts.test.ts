import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { indexSegment, unwrap } from './mpegts.js';
import { pictureTimes, segmentOf } from './segments.fixture.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const times = pictureTimes(NOW, NOW + 2000, 15);

describe('the index of a segment', () => {
  it('gives the wall time and place of every picture', () => {
    const { pictures } = indexSegment(segmentOf(times), NOW);
    expect(pictures.map(({ offset }) => offset)).toEqual(times.map((_, index) => 2 * 188 + index * 3 * 188));
    for (const [index, { atMs }] of pictures.entries()) expect(atMs).toBeCloseTo(times[index] ?? 0, 1);
  });

  it('names the codec', () => {
    expect(indexSegment(segmentOf(times), NOW).codec).toBe('h264');
    expect(indexSegment(segmentOf(times, 3, 0x24), NOW).codec).toBe('hevc');
    expect(indexSegment(segmentOf(times, 3, 0x02), NOW).codec).toBe('unknown');
  });

  it('of a segment that is cut anywhere is the beginning of the whole index', () => {
    const whole = segmentOf(times);
    const all = indexSegment(whole, NOW).pictures;
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => {
        const some = indexSegment(whole.subarray(0, length), NOW).pictures;
        expect(some).toEqual(all.slice(0, some.length));
        expect(some.length).toBe(all.filter(({ offset }) => offset + 188 <= length).length);
      }),
    );
  });

  it('never throws and never reads past the end, whatever the bytes are', () => {
    const packets = fc.array(fc.uint8Array({ minLength: 187, maxLength: 187 }), { maxLength: 8 });
    fc.assert(
      fc.property(packets, (bodies) => {
        const bytes = Buffer.concat(bodies.map((body) => Buffer.concat([Buffer.from([0x47]), body])));
        for (const { offset } of indexSegment(bytes, NOW).pictures) expect(offset).toBeLessThan(bytes.length);
      }),
    );
  });
});

describe('a time stamp of 33 bits', () => {
  it('is the wall time near the one given, also across its wrap', () => {
    const within13Hours = fc.integer({ min: -46_000_000, max: 46_000_000 });
    fc.assert(
      fc.property(fc.integer({ min: NOW, max: NOW * 1.2 }), within13Hours, (atMs, distance) => {
        const stamp = Number(BigInt(Math.round(atMs * 90)) % 2n ** 33n) / 90;
        expect(unwrap(stamp, atMs + distance)).toBeCloseTo(atMs, 1);
      }),
    );
  });
});
