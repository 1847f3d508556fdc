import { AnGridError } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { AccessUnit } from './access-units.js';
import { Pauses } from './pauses.js';
import { RtpClock } from './rtp-clock.js';
import type { RtspSession, SessionOptions } from './rtsp-session.js';
import type { VideoCodec } from './sdp.js';
import type { MediaSettings } from './settings.js';
import { watchFlow } from './watch-flow.js';

export interface SubstreamOptions {
  readonly camera: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: MediaSettings;
  readonly random: () => number;
  open(onUnit: SessionOptions['onUnit']): Promise<RtspSession>;
  /** Takes each picture with its wall time. */
  take(unit: AccessUnit, atMs: number): void;
}

const WATCH_MS = 500;

/**
 * The small stream that is looked at, beside the one that is recorded: kept running on its own, so that neither pulls
 * the other down. Its codec is that of its first session; later ones must have the same.
 */
export class Substream {
  codec: VideoCodec | undefined;
  /** Its pictures come. */
  flows = false;
  /** Resolves when it was tried once, well or not. */
  readonly tried: Promise<unknown>;
  readonly done: Promise<void>;
  private readonly pauses: Pauses;
  private told = '';

  constructor(
    private readonly options: SubstreamOptions,
    signal: AbortSignal,
  ) {
    this.pauses = new Pauses({ random: options.random, authPauseMs: options.settings.authPauseMs });
    const first = this.open();
    this.tried = first.catch(() => undefined);
    this.done = this.keepRunning(first, signal);
  }

  private async keepRunning(first: Promise<RtspSession>, signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    for (let next: Promise<RtspSession> | undefined = first; !signal.aborted; next = undefined) {
      const startedMs = clock.monotonic();
      const error = await this.runOnce(next ?? this.open(), signal);
      if (signal.aborted) return;
      this.tell(error);
      await clock.sleep(this.pauses.after(error, clock.monotonic() - startedMs), signal).catch(() => undefined);
    }
  }

  private async open(): Promise<RtspSession> {
    let times: RtpClock | undefined;
    const session: RtspSession = await this.options.open((unit) => {
      times ??= new RtpClock(this.options.clock, session.ticksASecond);
      this.flows = true;
      this.options.take(unit, times.stamp(unit.rtpTime));
    });
    this.codec ??= session.codec;
    return session;
  }

  /** Gives how it ended. */
  private async runOnce(opening: Promise<RtspSession>, signal: AbortSignal): Promise<AnGridError> {
    const { camera, clock } = this.options;
    const end = new AbortController();
    const stop = (): void => end.abort();
    signal.addEventListener('abort', stop, { once: true });
    let session: RtspSession | undefined;
    try {
      session = await opening;
      signal.throwIfAborted();
      const detail = `the substream is ${session.codec} now`;
      if (session.codec !== this.codec) throw new AnGridError('media.stream-unsupported', { op: 'media.sub', detail });
      await session.play(clock);
      return await Promise.race([session.failed, this.watch(session, end.signal)]);
    } catch (cause) {
      if (cause instanceof AnGridError) return cause;
      return new AnGridError('media.stream-failed', { op: 'media.sub', subject: camera, cause });
    } finally {
      this.flows = false;
      end.abort();
      signal.removeEventListener('abort', stop);
      session?.close();
    }
  }

  private async watch(session: RtspSession, signal: AbortSignal): Promise<never> {
    const flow = watchFlow({ ...this.options, onRunning: () => (this.told = '') });
    for (;;) {
      await this.options.clock.sleep(WATCH_MS, signal);
      const trouble = flow(session.mediaBytes, session.keys);
      if (trouble) throw trouble;
    }
  }

  private tell({ code, detail }: AnGridError): void {
    const { log, camera } = this.options;
    if (this.told !== code) log.warn({ camera, code, detail }, 'substream failed: the main stream is looked at');
    this.told = code;
  }
}
