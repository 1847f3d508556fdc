import { AnGridError } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { AccessUnit } from './access-units.js';
import type { GrayFrame } from './gray-frame.js';
import type { CameraStream } from './media.js';
import type { PictureNotes } from './picture-notes.js';
import type { ReadBeat } from './read-beat.js';
import { Recorder } from './recorder.js';
import type { Ring } from './ring.js';
import { RtpClock } from './rtp-clock.js';
import type { StreamLogin } from './rtsp-line.js';
import { RtspSession, type SessionOptions } from './rtsp-session.js';
import type { MediaSettings } from './settings.js';
import { Substream } from './substream.js';
import type { UnitPool } from './unit-pool.js';
import { watchFlow } from './watch-flow.js';

export interface StreamContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: MediaSettings;
  readonly ring: Ring;
  readonly pool: UnitPool;
  readonly beat: ReadBeat;
  readonly notes: PictureNotes;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Resolves a host to one address inside the site's networks, or throws `device.address-refused`. */
  resolve(host: string): Promise<string>;
  login(stream: CameraStream): StreamLogin;
  /** Called once, with the first media. */
  onRunning(): void;
  onFrame(frame: GrayFrame): void;
  /** Takes the ONVIF metadata track; the bytes are valid during the call only. */
  readonly onMetadata?: ((camera: string, bytes: Buffer) => void) | undefined;
}

const WATCH_MS = 500;

/**
 * Fills the ring of one camera, and shows its key pictures, until that fails or `signal` says stop; it always ends by
 * throwing. Errors: `media.stream-*`, `device.address-*`, `media.ffmpeg-missing`, or the reason of the signal.
 */
export async function runStream(stream: CameraStream, context: StreamContext, signal: AbortSignal): Promise<never> {
  const stopping = stopOf(signal);
  const run = new CameraRun(stream, context, signal);
  try {
    return await Promise.race([run.go(), stopping.failed]);
  } finally {
    stopping.release();
    await run.end();
  }
}

/** One life of a camera's child: the main stream, the substream where there is one, and what becomes of their pictures. */
class CameraRun {
  private readonly ended = new AbortController();
  private main: RtspSession | undefined;
  private recorder: Recorder | undefined;
  private sub: Substream | undefined;
  private times: RtpClock | undefined;
  private begun = false;
  private stopWatching = (): void => undefined;

  constructor(
    private readonly stream: CameraStream,
    private readonly context: StreamContext,
    private readonly stopped: AbortSignal,
  ) {}

  async go(): Promise<never> {
    const { clock, ring, settings, pool, onFrame } = this.context;
    const { camera, url, analysisUrl } = this.stream;
    const signal = AbortSignal.any([this.stopped, this.ended.signal]);
    const metadata = this.context.onMetadata && ((bytes: Buffer) => this.context.onMetadata?.(camera, bytes));
    const main = (this.main = await this.open(url, (unit) => this.fromMain(unit), metadata));
    if (analysisUrl !== undefined) this.sub = this.openSub(analysisUrl, signal);
    await this.sub?.tried;
    signal.throwIfAborted();
    this.times = new RtpClock(clock, main.ticksASecond);
    const codecs = [main.codec, this.sub?.codec ?? main.codec] as const;
    this.recorder = new Recorder({ camera, clock, settings, ring, pool, codecs, onFrame });
    await main.play(clock);
    return Promise.race([main.failed, this.recorder.failed, this.watch(main, this.recorder)]);
  }

  async end(): Promise<void> {
    this.stopWatching();
    this.ended.abort(new Error('the run is over'));
    this.main?.close();
    await this.sub?.done;
    await this.recorder?.stop();
  }

  /** Only after the main stream: a wrong password costs one attempt, not two. */
  private openSub(url: string, signal: AbortSignal): Substream {
    const open = (onUnit: SessionOptions['onUnit']) => this.open(url, onUnit);
    const take = (unit: AccessUnit, atMs: number): void => this.fromSub(unit, atMs);
    return new Substream({ ...this.context, camera: this.stream.camera, open, take }, signal);
  }

  private async open(url: string, onUnit: SessionOptions['onUnit'], onMetadata?: (bytes: Buffer) => void) {
    const { stream, context } = this;
    const parsed = streamUrl({ camera: stream.camera, url });
    const address = await context.resolve(parsed.hostname);
    const { clock, pool, beat, settings } = context;
    const login = context.login(stream);
    const about = { camera: stream.camera, url: parsed, address, clock, pool, beat, connectMs: settings.connectMs };
    const session = await RtspSession.open({ ...about, login, onUnit, onMetadata });
    if (!this.stopped.aborted && !this.ended.signal.aborted) return session;
    session.close();
    throw new AnGridError('media.stream-failed', { op: 'media.stream', subject: stream.camera, detail: 'stopped' });
  }

  private fromMain(unit: AccessUnit): void {
    const { recorder, times, main, sub } = this;
    this.begun ||= unit.key;
    if (!recorder || !times || !main || !this.begun) return this.context.pool.give(unit.buffer);
    const atMs = times.stamp(unit.rtpTime);
    if (!sub?.flows && (sub?.codec ?? main.codec) === main.codec) {
      this.context.notes.take(unit, main.codec, 'main');
      if (unit.key) recorder.lookAtCopy(unit, atMs);
    } else if (unit.key) this.context.notes.measure(unit, main.codec, 'main');
    recorder.record(unit, atMs);
  }

  private fromSub(unit: AccessUnit, atMs: number): void {
    const { recorder, sub, context } = this;
    if (sub?.codec) context.notes.take(unit, sub.codec, 'sub');
    if (recorder && unit.key) recorder.lookAt(unit, atMs);
    else context.pool.give(unit.buffer);
  }

  /** Fails for a stream without media, without key pictures, with more bytes than a ring holds, or after a jump of the clock. */
  private watch(main: RtspSession, recorder: Recorder): Promise<never> {
    const { clock, settings, onRunning } = this.context;
    const flow = watchFlow({ camera: this.stream.camera, clock, settings, onRunning });
    return new Promise((_resolve, reject) => {
      this.stopWatching = clock.every(WATCH_MS, () => {
        const trouble = flow(main.mediaBytes, recorder.segments);
        if (trouble) reject(trouble);
      });
    });
  }
}

/** Its host was checked against the site's networks before; here only what the media side itself relies on. */
export function streamUrl({ camera, url }: Pick<CameraStream, 'camera' | 'url'>): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const plain = parsed && parsed.username === '' && parsed.password === '' && parsed.hostname !== '';
  if (plain && (parsed.protocol === 'rtsp:' || parsed.protocol === 'rtsps:')) return parsed;
  throw new AnGridError('device.address-invalid', { op: 'media.stream', subject: camera });
}

function stopOf(signal: AbortSignal): { failed: Promise<never>; release: () => void } {
  let release = (): void => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    release = () => signal.removeEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  failed.catch(() => undefined);
  return { failed, release };
}
