import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Footage, isShort } from './footage.js';
import { indexSegment } from './mpegts.js';
import { pictureTimes, segmentOf } from './segments.fixture.js';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const MAX_MS = 14_000;

/** What a camera with this distance of key frames leaves in the ring; the last segment may be growing. */
function filmed(film: { fromMs: number; toMs: number; gopMs: number; fps: number; growing: boolean }): Footage {
  const segments = [];
  for (let startMs = film.fromMs; startMs < film.toMs; startMs += film.gopMs) {
    const endMs = Math.min(startMs + film.gopMs, film.toMs);
    const last = endMs === film.toMs;
    segments.push({ bytes: segmentOf(pictureTimes(startMs, endMs, film.fps)), growing: last && film.growing });
  }
  return new Footage(segments, film.toMs);
}

const window = (momentMs: number) => ({
  fromMs: momentMs - 5000,
  momentMs,
  toMs: momentMs + 5000,
  maxMs: MAX_MS,
});

const film = fc.record({
  gopMs: fc.integer({ min: 500, max: 3700 }),
  fps: fc.integer({ min: 8, max: 30 }),
  phaseMs: fc.integer({ min: 0, max: 4000 }),
  growing: fc.boolean(),
});

describe('a clip', () => {
  it('covers five seconds before and after the moment in at most 14 seconds, for key frames up to 3.7 s apart', () => {
    fc.assert(
      fc.property(film, ({ phaseMs, ...settings }) => {
        const footage = filmed({ ...settings, fromMs: NOW - 12_000 - phaseMs, toMs: NOW + 6000 });
        const cut = footage.clip(window(NOW));
        expect(cut?.fromMs).toBeLessThanOrEqual(NOW - 4999);
        expect(cut?.toMs).toBeGreaterThanOrEqual(NOW + 4999);
        expect((cut?.toMs ?? Infinity) - (cut?.fromMs ?? 0)).toBeLessThanOrEqual(MAX_MS);
      }),
    );
  });

  it('is made of whole pictures and starts with a key frame', () => {
    const footage = filmed({ fromMs: NOW - 10_000, toMs: NOW + 6000, gopMs: 2000, fps: 15, growing: true });
    const cut = footage.clip(window(NOW));
    const { pictures } = indexSegment(cut?.ts ?? Buffer.alloc(0), NOW);
    expect(pictures[0]?.atMs).toBeCloseTo(NOW - 6000, 0);
    expect(pictures.at(-1)?.atMs).toBeCloseTo(cut?.toMs ?? 0, 3);
    expect((cut?.ts.length ?? 1) % 188).toBe(0);
  });

  it('says that its pre-roll is short where the ring does not reach back', () => {
    const young = filmed({ fromMs: NOW - 2000, toMs: NOW + 6000, gopMs: 2000, fps: 15, growing: false });
    const old = filmed({ fromMs: NOW - 8000, toMs: NOW + 6000, gopMs: 2000, fps: 15, growing: false });
    const cuts = [young, old].map((footage) => footage.clip(window(NOW)));
    expect(cuts.map((cut) => cut && isShort(cut, NOW - 5000))).toEqual([true, false]);
  });

  it('keeps the moment and the limit where key frames are too far apart', () => {
    const footage = filmed({ fromMs: NOW - 9500, toMs: NOW + 10_500, gopMs: 10_000, fps: 15, growing: false });
    const cut = footage.clip(window(NOW));
    expect(cut?.fromMs).toBeCloseTo(NOW - 9500, 0);
    expect(cut?.toMs).toBeGreaterThan(NOW + 4000);
    expect((cut?.toMs ?? Infinity) - (cut?.fromMs ?? 0)).toBeLessThanOrEqual(MAX_MS);
  });

  it('ends where the stream broke off', () => {
    const footage = filmed({ fromMs: NOW - 10_000, toMs: NOW + 1000, gopMs: 2000, fps: 10, growing: false });
    expect(footage.clip(window(NOW))?.toMs).toBeCloseTo(NOW + 900, 0);
  });

  it('is not made of footage from another time', () => {
    const footage = filmed({ fromMs: NOW - 30_000, toMs: NOW - 20_000, gopMs: 2000, fps: 15, growing: false });
    expect(footage.clip(window(NOW))).toBeUndefined();
    expect(footage.clip(window(NOW - 60_000))).toBeUndefined();
    expect(new Footage([], NOW).clip(window(NOW))).toBeUndefined();
  });
});

describe('the picture of a moment', () => {
  it('is the nearest one, at most half a frame away', () => {
    fc.assert(
      fc.property(film, fc.integer({ min: -8000, max: 1000 }), ({ phaseMs, ...settings }, atMs) => {
        const footage = filmed({ ...settings, fromMs: NOW - 10_000 - phaseMs, toMs: NOW + 3000, growing: false });
        const picture = footage.picture(NOW + atMs);
        const distance = (picture?.timesMs.at(-1) ?? Infinity) - (NOW + atMs);
        expect(Math.abs(distance)).toBeLessThanOrEqual(500 / settings.fps + 1);
        expect(picture?.timesMs).toHaveLength((picture?.index ?? 0) + 1);
        expect(indexSegment(picture?.ts ?? Buffer.alloc(0), NOW).pictures).toHaveLength((picture?.index ?? 0) + 1);
      }),
    );
  });

  it('leaves out the last one of a segment that grows: it may be cut', () => {
    const times = pictureTimes(NOW, NOW + 1000, 10);
    const bytes = segmentOf(times);
    const last = (growing: boolean) => new Footage([{ bytes, growing }], NOW).picture(NOW + 1000)?.timesMs.at(-1);
    expect(last(false)).toBeCloseTo(NOW + 900, 1);
    expect(last(true)).toBeCloseTo(NOW + 800, 1);
  });
});
