import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@angrid/runtime';
import { segmentName } from './ffmpeg-commands.js';
import { Footage, type Segment } from './footage.js';

interface FinishedSegment {
  readonly index: number;
  /** Wall milliseconds by the run's own clock. */
  readonly endMs: number;
  readonly bytes: number;
}

/** The segments of one ffmpeg from its start to its end. */
interface Run {
  readonly id: number;
  /** Wall minus monotonic time when it started: its time stamps stay comparable when the wall clock jumps. */
  readonly offsetMs: number;
  readonly startedMs: number;
  segments: FinishedSegment[];
  next: number;
  ended: boolean;
}

/** Footage around a moment; `shiftMs` + monotonic time = the time of its pictures. */
export interface Found {
  readonly footage: Footage;
  readonly shiftMs: number;
}

/** A segment ends with the arrival of its last picture, which is seen until the next one comes. */
const LAST_PICTURE_MS = 1000;

export interface RingOptions {
  /** Belongs to this ring alone; what is in it is deleted. */
  readonly dir: string;
  readonly clock: Clock;
  readonly ringMs: number;
  readonly ringBytes: number;
}

/**
 * The last seconds of one camera, as files that ffmpeg writes and this class deletes: bounded in time and bytes.
 * All times of its methods are monotonic milliseconds.
 */
export class Ring {
  private readonly runs: Run[] = [];
  private started = 0;

  constructor(private readonly options: RingOptions) {}

  get dir(): string {
    return this.options.dir;
  }

  /** Removes what an earlier process left, and makes the folder readable to this user alone. */
  async open(): Promise<void> {
    await rm(this.options.dir, { recursive: true, force: true });
    await mkdir(this.options.dir, { recursive: true, mode: 0o700 });
  }

  async close(): Promise<void> {
    this.runs.length = 0;
    await rm(this.options.dir, { recursive: true, force: true });
  }

  /** Number of the run that an ffmpeg is about to start. */
  startRun(): number {
    const { clock } = this.options;
    this.started += 1;
    const startedMs = clock.monotonic();
    const offsetMs = clock.wall() - startedMs;
    this.runs.push({ id: this.started, offsetMs, startedMs, segments: [], next: 0, ended: false });
    return this.started;
  }

  /** Takes a line of the segment list: `run1-000004.ts,1767225600.1,1767225602.1`. False for anything else. */
  async finished(line: string): Promise<boolean> {
    const run = this.runs.at(-1);
    const match = /^run(\d+)-(\d+)\.ts,[\d.]+,(\d+\.\d+)$/.exec(line);
    if (!run || !match || Number(match[1]) !== run.id) return false;
    const index = Number(match[2]);
    run.next = index + 1;
    const { size } = await stat(this.path(run, index)).catch(() => ({ size: 0 }));
    run.segments.push({ index, endMs: Number(match[3]) * 1000, bytes: size });
    await this.prune();
    return true;
  }

  endRun(): void {
    const run = this.runs.at(-1);
    if (run) run.ended = true;
  }

  /** Deletes what is older than the ring reaches or more than it may hold. */
  async prune(): Promise<void> {
    const { clock, ringMs, ringBytes } = this.options;
    const oldestMs = clock.monotonic() - ringMs;
    const leaving: string[] = [];
    let bytes = 0;
    for (const run of [...this.runs].reverse()) {
      const kept: FinishedSegment[] = [];
      for (const segment of [...run.segments].reverse()) {
        bytes += segment.bytes;
        const keeps = bytes <= ringBytes && segment.endMs - run.offsetMs >= oldestMs;
        if (keeps) kept.unshift(segment);
        else leaving.push(this.path(run, segment.index));
      }
      run.segments = kept;
      if (!run.ended) continue;
      leaving.push(this.path(run, run.next));
      if (kept.length === 0) this.runs.splice(this.runs.indexOf(run), 1);
    }
    for (const file of leaving) await rm(file, { force: true });
  }

  /** What is there of the time between two moments, from the run that holds most of it. */
  async read(fromMs: number, toMs: number): Promise<Found | undefined> {
    let best: { run: Run; overlap: number } | undefined;
    for (const run of this.runs) {
      const overlap = Math.min(toMs, this.endOf(run)) - Math.max(fromMs, run.startedMs);
      if (overlap > 0 && (!best || overlap > best.overlap)) best = { run, overlap };
    }
    if (!best) return undefined;
    const { run } = best;
    const earlyMs = fromMs + run.offsetMs - LAST_PICTURE_MS;
    const segments = await this.load(run, earlyMs, toMs + run.offsetMs);
    return { footage: new Footage(segments, toMs + run.offsetMs), shiftMs: run.offsetMs };
  }

  private async load(run: Run, fromMs: number, toMs: number): Promise<Segment[]> {
    const segments: Segment[] = [];
    let startMs = -Infinity;
    for (const { index, endMs } of [...run.segments]) {
      const wanted = endMs >= fromMs && startMs <= toMs;
      startMs = endMs;
      const bytes = wanted ? await readIfThere(this.path(run, index)) : undefined;
      if (bytes) segments.push({ bytes, growing: false });
    }
    const newest = run.ended || startMs > toMs ? undefined : await readIfThere(this.path(run, run.next));
    return newest ? [...segments, { bytes: newest, growing: true }] : segments;
  }

  private endOf(run: Run): number {
    if (!run.ended) return this.options.clock.monotonic();
    return (run.segments.at(-1)?.endMs ?? -Infinity) - run.offsetMs;
  }

  private path(run: Run, index: number): string {
    return join(this.options.dir, segmentName(run.id, index));
  }
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch(() => undefined);
}
