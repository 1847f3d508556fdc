import { writeFile } from 'node:fs/promises';
import { VirtualClock } from '@angrid/runtime';
import type { ClipOrder } from './clip-copy.js';
import type { EvidenceSigner } from './descriptor.js';
import type { EvidenceStore } from './evidence-store.js';
import { openRoomyStore } from './evidence-store.fixture.js';
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
export class ClipBench {
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

  static async open(dir: string): Promise<ClipBench> {
    const clock = new VirtualClock('2026-05-01T12:00:00Z');
    return new ClipBench(clock, await openRoomyStore(dir, clock));
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

  readonly source = {
    stream: { camera: 'cam' },
    ring: { read: async () => ({ footage: this.filmed, shiftMs: this.clock.wall() - this.clock.monotonic() }) },
  };

  private readonly run: RunJob = async ({ args, head, feeds = [] }) => {
    this.heads.push(head?.length ?? 0);
    await writeFile(args.at(-1) ?? '', Buffer.concat([head ?? Buffer.alloc(0), ...(await Promise.all(feeds))]));
    return Buffer.alloc(0);
  };

  private readonly signer: EvidenceSigner = {
    gateway: 'gw-1',
    sign: () => 'signature',
    stamp: () => ({ wall: new Date(this.clock.wall()).toISOString(), monotonicMs: 0, boot: 'boot-1' }),
  };

  get workshop(): Workshop {
    return {
      ...{ clock: this.clock, settings: defaultMediaSettings, store: this.store, run: this.run },
      ...{ quick: new Slots(9), copies: new Slots(9), slow: new Slots(9), hurry: () => undefined },
      decoder: { decode: async () => Buffer.concat([Buffer.from('P6\n1 1\n255\n'), Buffer.alloc(3)]) },
      masks: new MaskBook(this.clock, 1e6),
      ...{ signer: this.signer, still: async () => Buffer.alloc(0) },
      stopping: new AbortController().signal,
    };
  }

  /** From `fromS` to `toS` seconds after the start. */
  order(fromS: number, toS: number): ClipOrder {
    const momentMs = this.clock.monotonic() + (this.start - this.clock.wall()) + fromS * 1000;
    return { alerts: [], fromMs: momentMs, momentMs, momentWallMs: 0, toMs: momentMs + (toS - fromS) * 1000 };
  }
}
