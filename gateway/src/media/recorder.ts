import { createInterface } from 'node:readline';
import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { AccessUnit } from './access-units.js';
import { cameraArguments } from './camera-command.js';
import { streamFailure } from './failure.js';
import { FfmpegChild } from './ffmpeg-child.js';
import { GRAY_HEIGHT, GRAY_WIDTH, type GrayFrame } from './gray-frame.js';
import { BLOCK_HEAD, matroskaHead, writeBlockHead } from './matroska.js';
import type { Ring } from './ring.js';
import type { VideoCodec } from './sdp.js';
import type { MediaSettings } from './settings.js';
import type { UnitPool } from './unit-pool.js';

export interface RecorderOptions {
  readonly camera: string;
  readonly clock: Clock;
  readonly settings: MediaSettings;
  readonly ring: Ring;
  readonly pool: UnitPool;
  /** Of what is recorded, and of what is looked at. */
  readonly codecs: readonly [VideoCodec, VideoCodec];
  onFrame(frame: GrayFrame): void;
}

const RECORDED = 1;
const LOOKED_AT = 2;
/** A child that lets this much wait does not keep up with its camera. */
const MOST_WAITING = 16 * 1024 * 1024;
const GRAY_BYTES = GRAY_WIDTH * GRAY_HEIGHT;

/** The child of one camera: pictures go in, segments of the ring and gray pictures come out. */
export class Recorder {
  /** Rejects when the child ends or does not keep up; never resolves. */
  readonly failed: Promise<never>;
  /** Segments so far. */
  segments = 0;
  private fail: (cause: unknown) => void = () => undefined;
  private readonly child: FfmpegChild;
  private readonly listed: Promise<void>;

  constructor(private readonly options: RecorderOptions) {
    const { camera, clock, settings, ring, codecs } = options;
    const args = cameraArguments({ run: ring.startRun(), segmentMs: settings.segmentMs });
    this.child = new FfmpegChild({ ffmpeg: settings.ffmpeg, args, clock, cwd: ring.dir, live: true });
    this.failed = new Promise((_resolve, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
    this.child.exited.then((exit) => this.fail(streamFailure(camera, exit)), this.fail);
    this.child.input.on('error', () => undefined);
    this.child.input.write(matroskaHead(codecs));
    this.listed = this.readList(ring).catch(() => undefined);
    readFrames(this.child.pictures, (pixels) => options.onFrame(this.frame(pixels)));
  }

  /** Records a picture of this wall time; what is read together is written together, and gives its buffer back. */
  record(unit: AccessUnit, atMs: number): void {
    this.put(unit, RECORDED, atMs);
  }

  /** Looks at a key picture, and gives its buffer back. */
  lookAt(unit: AccessUnit, atMs: number): void {
    this.put(unit, LOOKED_AT, atMs);
  }

  /** Looks at a key picture that is recorded as well. */
  lookAtCopy(unit: AccessUnit, atMs: number): void {
    const start = unit.start - BLOCK_HEAD;
    const buffer = Buffer.from(unit.buffer.subarray(start, unit.end));
    this.put({ ...unit, buffer, start: BLOCK_HEAD, end: buffer.length }, LOOKED_AT, atMs);
  }

  async stop(): Promise<void> {
    this.child.input.destroy();
    await this.child.stop();
    await this.listed;
    this.options.ring.endRun();
  }

  private put({ buffer, start, end, key }: AccessUnit, track: number, atMs: number): void {
    const { camera, pool } = this.options;
    const { input } = this.child;
    if (input.writableLength > MOST_WAITING) {
      const detail = 'ffmpeg does not keep up';
      return this.fail(new AnGridError('media.stream-failed', { op: 'media.record', subject: camera, detail }));
    }
    if (input.writableCorked === 0) {
      input.cork();
      process.nextTick(() => input.uncork());
    }
    writeBlockHead(buffer, start - BLOCK_HEAD, end - start, { track, atMs, key });
    input.write(buffer.subarray(start - BLOCK_HEAD, end), () => pool.give(buffer));
  }

  private frame(pixels: Uint8Array): GrayFrame {
    const { camera, clock } = this.options;
    return { camera, width: GRAY_WIDTH, height: GRAY_HEIGHT, pixels, monotonicMs: clock.monotonic(), wallMs: clock.wall() }; // prettier-ignore
  }

  private async readList(ring: Ring): Promise<void> {
    for await (const line of createInterface({ input: this.child.stdout }))
      if (await ring.finished(line)) this.segments += 1;
  }
}

/** Takes the stream of gray pictures apart. Each has memory of its own. */
export function readFrames(stream: NodeJS.ReadableStream, onPixels: (pixels: Uint8Array) => void): void {
  let pixels = new Uint8Array(GRAY_BYTES);
  let filled = 0;
  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + GRAY_BYTES - filled);
      pixels.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled < GRAY_BYTES) continue;
      onPixels(pixels);
      pixels = new Uint8Array(GRAY_BYTES);
      filled = 0;
    }
  });
}
