import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@angrid/runtime';
import { Ring } from './ring.js';
import { pictureTimes, segmentOf } from './segments.fixture.js';

describe('the ring of a camera', () => {
  let root: string;
  let clock: VirtualClock;
  let ring: Ring;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ring-'));
    clock = new VirtualClock('2026-05-01T12:00:00Z');
    ring = new Ring({ dir: join(root, 'cam'), clock, ringMs: 30_000, ringBytes: 1_000_000 });
    await ring.open();
  });
  afterEach(async () => rm(root, { recursive: true }));

  const files = async (): Promise<string[]> => (await readdir(ring.dir)).sort();

  /** ffmpeg writes two seconds of video, and says so. */
  async function film(run: number, index: number, size = 3): Promise<void> {
    const fromMs = clock.wall();
    const name = `run${run}-${String(index).padStart(6, '0')}.ts`;
    await writeFile(join(ring.dir, name), segmentOf(pictureTimes(fromMs, fromMs + 2000, 15), size));
    await clock.advance(2000);
    expect(await ring.finished(`${name},0.000000,${(clock.wall() / 1000).toFixed(6)}`)).toBe(true);
  }

  it('is empty and private when it opens, whatever was left there', async () => {
    await writeFile(join(ring.dir, 'run9-000000.ts'), 'left by a process that was killed');
    await ring.open();
    expect(await files()).toEqual([]);
    expect((await stat(ring.dir)).mode & 0o777).toBe(0o700);
  });

  it('holds its time and not more', async () => {
    const run = ring.startRun();
    for (let index = 0; index < 25; index += 1) await film(run, index);
    expect(await files()).toHaveLength(16);
  });

  it('holds its bytes and not more, however much a camera sends', async () => {
    const run = ring.startRun();
    for (let index = 0; index < 10; index += 1) await film(run, index, 60);
    const sizes = await Promise.all((await files()).map(async (name) => (await stat(join(ring.dir, name))).size));
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(1_000_000);
  });

  it('forgets a stream that ended when its time is over', async () => {
    await film(ring.startRun(), 0);
    ring.endRun();
    await clock.advance(31_000);
    await ring.prune();
    expect(await files()).toEqual([]);
    expect(await ring.read(0, clock.monotonic())).toBeUndefined();
  });

  it('reads the run that holds most of a time, and the segment that is being written', async () => {
    await film(ring.startRun(), 0);
    ring.endRun();
    const second = ring.startRun();
    await film(second, 0);
    const growing = segmentOf(pictureTimes(clock.wall(), clock.wall() + 1000, 10));
    await writeFile(join(ring.dir, `run${second}-000001.ts`), growing);
    const start = clock.wall();
    await clock.advance(1000);
    const found = await ring.read(clock.monotonic() - 2900, clock.monotonic());
    expect(found?.footage.newestMs).toBeCloseTo(start + 800, 0);
    const early = await ring.read(0, 1900);
    expect(early?.footage.newestMs).toBeCloseTo(start - 2000 - 67, -1);
  });

  it('finds a moment by monotonic time when the wall clock has jumped since', async () => {
    const run = ring.startRun();
    await film(run, 0);
    ring.endRun();
    const atMs = clock.monotonic() - 1000;
    clock.jumpWall(7_200_000);
    const found = await ring.read(atMs - 500, atMs + 500);
    const picture = found?.footage.picture(atMs + found.shiftMs);
    expect(picture?.timesMs.at(-1)).toBeCloseTo(atMs + (found?.shiftMs ?? 0), -2);
  });

  it.each([
    ['nonsense'],
    ['run7-000000.ts,0.0,1767225600.0'],
    ['run1-000000.ts,0.0,-1'],
    ['../run1-000000.ts,0.0,1.0'],
  ])('does not take %s for a segment', async (line) => {
    ring.startRun();
    expect(await ring.finished(line)).toBe(false);
  });
});
