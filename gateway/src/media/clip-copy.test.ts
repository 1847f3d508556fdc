import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@angrid/runtime';
import { Seal } from '../identity/seal.js';
import { type ClipOrder, type ClipSource, copyClip } from './clip-copy.js';
import { EvidenceStore } from './evidence-store.js';
import type { RunJob } from './ffmpeg-child.js';
import { Footage } from './footage.js';
import { MaskBook } from './masks.js';
import { pictureTimes, segmentOf } from './segments.fixture.js';
import { defaultMediaSettings } from './settings.js';
import { Slots } from './slots.js';
import type { Workshop } from './workshop.js';

const GOP_MS = 2000;
const FPS = 10;

/** A camera that is filmed while its clock runs, and an ffmpeg that copies what it is given, byte by byte. */
class Bench {
  readonly start: number;
  /** Bytes that came before the end of the post-roll, of each run of ffmpeg. */
  readonly heads: number[] = [];
  /** When the present run of the camera's stream began. */
  filmedFrom: number;

  private constructor(
    readonly clock: VirtualClock,
    private readonly store: EvidenceStore,
  ) {
    this.start = clock.wall();
    this.filmedFrom = this.start;
  }

  static async open(dir: string): Promise<Bench> {
    const clock = new VirtualClock('2026-05-01T12:00:00Z');
    const limit = { maxBytes: 1e9, maxAgeMs: 1e9 };
    const limits = { snapshots: limit, clips: limit, originals: limit };
    const places = { dir, draftDir: join(dir, 'drafts'), keepFreeBytes: 0, freeBytes: async () => 1e12 };
    const told = { onDropped: () => undefined, onWritten: async () => undefined };
    const wrap = new Seal(randomBytes(32));
    return new Bench(clock, await EvidenceStore.open({ ...places, ...told, clock, wrap, limits }));
  }

  get filmed(): Footage {
    const now = this.clock.wall();
    const segments = [];
    for (let at = this.filmedFrom; at < now; at += GOP_MS) {
      const growing = at + GOP_MS > now;
      segments.push({ bytes: segmentOf(pictureTimes(at, Math.min(at + GOP_MS, now), FPS)), growing });
    }
    return new Footage(segments, now);
  }

  readonly source: ClipSource = {
    stream: { camera: 'cam' },
    ring: { read: async () => ({ footage: this.filmed, shiftMs: this.clock.wall() - this.clock.monotonic() }) },
  };

  private readonly run: RunJob = async ({ args, head, feeds = [] }) => {
    this.heads.push(head?.length ?? 0);
    await writeFile(args.at(-1) ?? '', Buffer.concat([head ?? Buffer.alloc(0), ...(await Promise.all(feeds))]));
    return Buffer.alloc(0);
  };

  get workshop(): Workshop {
    return {
      ...{ clock: this.clock, settings: defaultMediaSettings, store: this.store, run: this.run },
      ...{ quick: new Slots(1), copies: new Slots(1), slow: new Slots(1), hurry: () => undefined },
      decoder: { decode: async () => Buffer.concat([Buffer.from('P6\n1 1\n255\n'), Buffer.alloc(3)]) },
      masks: new MaskBook(this.clock, 1e6),
      ...{ signer: undefined as never, still: async () => Buffer.alloc(0) },
      stopping: new AbortController().signal,
    };
  }

  /** From `fromS` to `toS` seconds after the start. */
  order(fromS: number, toS: number): ClipOrder {
    const momentMs = this.clock.monotonic() + (this.start - this.clock.wall()) + fromS * 1000;
    return { alerts: [], fromMs: momentMs, momentMs, momentWallMs: 0, toMs: momentMs + (toS - fromS) * 1000 };
  }
}

describe('the copy of a clip', () => {
  let dir: string;
  let bench: Bench;
  let runs = 0;
  beforeAll(async () => (dir = await mkdtemp(join(tmpdir(), 'clip-copy-'))));
  afterAll(() => rm(dir, { recursive: true }));

  /** Orders a clip at 9 s that ends at 10 s; what it shall show may be changed until then. */
  async function copyAt9(change: () => ClipOrder) {
    bench = await Bench.open(join(dir, String((runs += 1))));
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
