import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as pathOf } from 'node:path';
import fc from 'fast-check';
import type { ClipOrder } from './clip-copy.js';
import type { CameraFeed } from './camera-feed.js';
import { ClipBench } from './clip.fixture.js';
import { ClipDesk, join } from './clip-desk.js';
import type { StoredEvidence } from './media.js';

const order = (momentMs: number, ...alerts: string[]): ClipOrder => ({
  alerts,
  fromMs: momentMs - 5000,
  momentMs,
  momentWallMs: momentMs,
  toMs: momentMs + 5000,
});

describe('two orders for clips of one camera', () => {
  it('become one where a clip can cover both', () => {
    expect(join(order(10_000, 'a'), order(12_000, 'b', 'a'), 14_000)).toEqual({
      ...order(10_000, 'a', 'b'),
      toMs: 17_000,
    });
    expect(join(order(12_000, 'a'), order(10_500, 'b'), 14_000)).toMatchObject({ fromMs: 5500, momentMs: 12_000 });
  });

  it('stay two where it could not, or where one descriptor could not name all alerts', () => {
    expect(join(order(10_000, 'a'), order(12_001, 'b'), 14_000)).toBeUndefined();
    const many = Array.from({ length: 16 }, (_, index) => `alert ${index}`);
    expect(join(order(10_000, ...many), order(10_000, 'one more'), 14_000)).toBeUndefined();
    expect(join(order(10_000, ...many), order(10_000, 'alert 3'), 14_000)?.alerts).toEqual(many);
  });

  it('never lose an alert or a second of what either shall show, and leave room for a key frame', () => {
    const moments = fc.tuple(fc.nat(30_000), fc.nat(30_000));
    fc.assert(
      fc.property(moments, ([first, second]) => {
        const one = join(order(first, 'a'), order(second, 'b'), 14_000);
        if (!one) return expect(Math.abs(first - second)).toBeGreaterThan(2000);
        expect(one.fromMs).toBe(Math.min(first, second) - 5000);
        expect(one.toMs).toBe(Math.max(first, second) + 5000);
        expect(one.toMs - one.fromMs).toBeLessThanOrEqual(12_000);
      }),
    );
  });
});

describe('the desk', () => {
  let dir: string;
  beforeAll(async () => (dir = await mkdtemp(pathOf(tmpdir(), 'clip-desk-'))));
  afterAll(() => rm(dir, { recursive: true }));

  it('has a few clips at a time copied before their end, and those after them again', async () => {
    const bench = await ClipBench.open(dir);
    await bench.clock.advance(10_000);
    const desk = new ClipDesk(bench.workshop);
    const cameras = Array.from({ length: 5 }, (_, nr) => ({ ...bench.source, stream: { camera: `cam-${nr}` } }));
    const ask = (alert: string) => {
      const request = { camera: '', alerts: [alert], atMs: bench.clock.wall(), monotonicMs: bench.clock.monotonic() };
      return cameras.map((camera) => desk.order(camera as unknown as CameraFeed, request));
    };
    for (const alert of ['a', 'b']) {
      bench.heads.length = 0;
      expect(await made(bench, ask(alert.repeat(64)))).toHaveLength(5);
      expect(bench.heads.map((head) => head > 0)).toEqual([true, true, true, true, false]);
    }
  });

  async function made(bench: ClipBench, clips: readonly Promise<StoredEvidence>[]): Promise<StoredEvidence[]> {
    let ended = false;
    const all = Promise.all(clips).finally(() => (ended = true));
    while (!ended) {
      await bench.clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return all;
  }
});
