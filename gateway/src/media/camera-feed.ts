import { AnGridError } from '@angrid/contract';
import type { StreamNotice } from './gray-frame.js';
import type { CameraStream, StreamState } from './media.js';
import { Pauses } from './pauses.js';
import { PictureNotes } from './picture-notes.js';
import { Ring } from './ring.js';
import { runStream, type StreamContext } from './stream.js';

export interface FeedOptions extends Omit<StreamContext, 'ring' | 'notes' | 'onRunning'> {
  readonly ringDir: string;
  onNotice(notice: StreamNotice): void;
  /** Told of each failure of the stream that is recorded. */
  onFailure(failure: AnGridError): void;
}

export interface FeedState {
  readonly state: StreamState;
  /** `<error code>: <particulars>` of the last failure. */
  readonly detail?: string;
}

/** The supervisor of one camera's stream: keeps it running, with pauses, until it is stopped. */
export class CameraFeed {
  readonly ring: Ring;
  state: FeedState = { state: 'connecting' };
  private readonly stopped = new AbortController();
  private readonly done: Promise<void>;
  private opened = false;
  private readonly pauses: Pauses;
  private readonly notes: PictureNotes;

  constructor(
    public stream: CameraStream,
    private readonly options: FeedOptions,
  ) {
    const { clock, settings, ringDir } = options;
    this.pauses = new Pauses({ random: options.random, authPauseMs: settings.authPauseMs });
    this.notes = new PictureNotes(stream.camera, clock, options.onNotice);
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
      const pauseMs = this.pauses.after(error, clock.monotonic() - startedMs);
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  private async runOnce(signal: AbortSignal): Promise<AnGridError> {
    const { camera } = this.stream;
    try {
      if (!this.opened) await this.ring.open();
      this.opened = true;
      this.change({ ...this.state, state: 'connecting' });
      const onRunning = (): void => this.change({ state: 'running' });
      const { ring, notes } = this;
      return await runStream(this.stream, { ...this.options, ring, notes, onRunning }, signal);
    } catch (cause) {
      const failure = cause instanceof AnGridError ? cause : unexpected(camera, cause);
      if (!signal.aborted) this.change({ state: 'failed', detail: describe(failure) });
      if (!signal.aborted) this.options.onFailure(failure);
      return failure;
    }
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
