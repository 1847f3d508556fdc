import { AnGridError } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { CameraStream, StreamState } from './media.js';
import { Ring } from './ring.js';
import { runStream, type StreamContext } from './stream.js';
import type { MediaSettings } from './settings.js';

export interface FeedOptions extends Pick<StreamContext, 'resolve' | 'login'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: MediaSettings;
  readonly ringDir: string;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
}

export interface FeedState {
  readonly state: StreamState;
  /** `<error code>: <particulars>` of the last failure. */
  readonly detail?: string;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
/** A run that lasted this long was healthy: the next pause is short again. */
const HEALTHY_MS = 30_000;
/** Refused passwords in a row before the long pause. */
const AUTH_ATTEMPTS = 2;

/** The supervisor of one camera's stream: keeps it running, with pauses, until it is stopped. */
export class CameraFeed {
  readonly ring: Ring;
  state: FeedState = { state: 'connecting' };
  private readonly stopped = new AbortController();
  private readonly done: Promise<void>;
  private opened = false;
  private failures = 0;
  private refusals = 0;

  constructor(
    public stream: CameraStream,
    private readonly options: FeedOptions,
  ) {
    const { clock, settings, ringDir } = options;
    this.ring = new Ring({ dir: ringDir, clock, ringMs: settings.ringMs, ringBytes: settings.ringBytes });
    this.done = this.keepRunning(this.stopped.signal);
  }

  async stop(): Promise<void> {
    this.stopped.abort(new Error('stopped'));
    await this.done;
    await this.ring.close();
  }

  private async keepRunning(signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    while (!signal.aborted) {
      const startedMs = clock.monotonic();
      const error = await this.runOnce(signal);
      if (signal.aborted) return;
      if (clock.monotonic() - startedMs > HEALTHY_MS) this.failures = 0;
      await clock.sleep(this.pauseAfter(error), signal).catch(() => undefined);
    }
  }

  private async runOnce(signal: AbortSignal): Promise<AnGridError> {
    const { camera } = this.stream;
    try {
      if (!this.opened) await this.ring.open();
      this.opened = true;
      this.change({ ...this.state, state: 'connecting' });
      const onRunning = (): void => this.change({ state: 'running' });
      return await runStream(this.stream, { ...this.options, ring: this.ring, onRunning }, signal);
    } catch (cause) {
      const failure = cause instanceof AnGridError ? cause : unexpected(camera, cause);
      if (!signal.aborted) this.change({ state: 'failed', detail: describe(failure) });
      return failure;
    }
  }

  private pauseAfter(error: AnGridError): number {
    const { random, settings } = this.options;
    this.failures += 1;
    this.refusals = error.code === 'media.stream-auth' ? this.refusals + 1 : 0;
    if (this.refusals >= AUTH_ATTEMPTS) return settings.authPauseMs;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10));
    return longest * (0.5 + random() / 2);
  }

  /** A failure is told once, however often it repeats. */
  private change(next: FeedState): void {
    const before = this.state;
    this.state = next;
    const { log } = this.options;
    const { camera } = this.stream;
    if (next.state === 'failed' && next.detail !== before.detail)
      log.warn({ camera, detail: next.detail }, 'stream failed');
    if (next.state === 'running') log.info({ camera }, 'stream runs');
  }
}

function describe({ code, detail, cause }: AnGridError): string {
  const because = detail ?? (cause instanceof Error ? cause.message : undefined);
  return because === undefined ? code : `${code}: ${because}`;
}

function unexpected(camera: string, cause: unknown): AnGridError {
  return new AnGridError('media.stream-failed', { op: 'media.stream', subject: camera, cause });
}
