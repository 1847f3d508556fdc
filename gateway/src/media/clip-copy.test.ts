import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClipBench } from './clip.fixture.js';
import { type ClipOrder, copyClip } from './clip-copy.js';

describe('the copy of a clip', () => {
  let dir: string;
  let bench: ClipBench;
  let runs = 0;
  beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), 'clip-copy-'))));
  afterAll(() => rm(dir, { recursive: true }));

  /** Orders a clip at 9 s that ends at 10 s; what it shall show may be changed until then. */
  async function copyAt9(change: () => ClipOrder) {
    bench = await ClipBench.open(join(dir, String((runs += 1))));
    await bench.clock.advance(9000);
    const ordered = bench.clock.sleep(1000).then(change);
    const made = copyClip(bench.workshop, bench.source, ordered, bench.order(4, 10));
    await bench.clock.advance(1000);
    const [{ found }, { draft, hashed }, first] = await Promise.all([made.footage, settle(made.copy), made.first]);
    const bytes = await readFile(draft.file);
    return { ts: found.cut.ts, bytes, hashed, first };
  }

  async function settle<T>(promise: Promise<T>): Promise<T> {
    await bench.clock.advance(2000);
    return promise;
  }

  it('is mostly made before its end, and is whole', async () => {
    const { ts, bytes, hashed, first } = await copyAt9(() => bench.order(4, 10));
    expect(bytes.equals(ts)).toBe(true);
    expect(hashed.bytes).toBe(ts.length);
    expect(first).toMatchObject({ width: 1, height: 1 });
    const [head = 0, ...more] = bench.heads;
    expect(head / ts.length).toBeGreaterThan(0.8);
    expect(more).toEqual([]);
  });

  it('is made once more where an alert before its beginning joins it', async () => {
    const { ts, bytes } = await copyAt9(() => bench.order(1, 10));
    expect(bytes.equals(ts)).toBe(true);
    expect(bench.heads).toEqual([expect.any(Number), 0]);
  });

  it('is made once more where the stream starts anew before its end', async () => {
    const { ts, bytes } = await copyAt9(() => {
      bench.filmedFrom = bench.start + 8500;
      return bench.order(4, 10);
    });
    expect(bytes.equals(ts)).toBe(true);
    expect(bench.heads).toEqual([expect.any(Number), 0]);
  });
});
