import type { Readable } from 'node:stream';
import { AnGridError, type ErrorCode, type LivePart } from '@angrid/contract';
import type { Clock, Log } from '@angrid/runtime';
import type { CameraStream } from '../media/media.js';
import type { Uplink } from '../uplink/uplink.js';
import { LiveUpload } from './live-upload.js';

export interface LiveViewOptions {
  /** The cloud's name of the stream. */
  readonly id: string;
  readonly stream: CameraStream;
  readonly clock: Clock;
  readonly log: Log;
  readonly uplink: Pick<Uplink, 'sendLive' | 'endLive'>;
  /** Shows the camera until `signal`; always ends by throwing. */
  show(stream: CameraStream, onPart: (part: LivePart) => void, signal: AbortSignal): Promise<never>;
}

/** One camera that is being shown: picture in, requests out, until somebody or something ends it. */
export class LiveView {
  /** Resolves when nothing of it is left. */
  readonly done: Promise<void>;
  private readonly stopping = new AbortController();
  private cancelEnd: () => void = () => undefined;
  private endsMs = 0;

  constructor(
    private readonly options: LiveViewOptions,
    lifeMs: number,
  ) {
    this.prolong(lifeMs);
    this.done = this.run();
  }

  get id(): string {
    return this.options.id;
  }

  get stream(): CameraStream {
    return this.options.stream;
  }

  /** Lasts at least so long from now on. */
  prolong(lifeMs: number): void {
    const { clock } = this.options;
    const endsMs = clock.monotonic() + lifeMs;
    if (endsMs <= this.endsMs) return;
    this.endsMs = endsMs;
    this.cancelEnd();
    this.cancelEnd = clock.after(lifeMs, () => this.end('the time is over'));
  }

  end(why: string): void {
    this.stopping.abort(new AnGridError('live.ended', { op: 'live.view', subject: this.stream.camera, detail: why }));
  }

  private async run(): Promise<void> {
    const { stream, clock, log, id, uplink } = this.options;
    log.info({ camera: stream.camera, stream: id }, 'live view begins');
    const sending = new AbortController();
    const send = (body: Readable, until: AbortSignal): Promise<void> => uplink.sendLive(id, body, until);
    const upload = new LiveUpload({ clock, signal: sending.signal, send });
    let cloudEnded = false;
    upload.failed.catch((cause: unknown) => {
      cloudEnded = !this.stopping.signal.aborted;
      this.stopping.abort(cause);
    });
    const { code, detail } = await this.show(upload);
    this.cancelEnd();
    log.info({ camera: stream.camera, stream: id, code, detail }, 'live view ends');
    // Before the upload breaks off, because the cloud would know of that alone otherwise.
    if (!cloudEnded) await tellEnd(uplink, id, code, log);
    sending.abort();
  }

  /** Shows until the first end of any kind. */
  private async show(upload: LiveUpload): Promise<AnGridError> {
    const { show, stream } = this.options;
    const { signal } = this.stopping;
    try {
      return await show(stream, (part) => upload.push(part), signal);
    } catch (cause) {
      const first: unknown = signal.aborted ? signal.reason : cause;
      this.stopping.abort(first);
      return typed(first, stream.camera);
    }
  }
}

/** The cloud ends it by itself where it does not hear of the end. */
export async function tellEnd(
  uplink: Pick<Uplink, 'endLive'>,
  stream: string,
  code: ErrorCode,
  log: Log,
): Promise<void> {
  await uplink
    .endLive(stream, code)
    .catch((error: unknown) => log.debug({ err: error, stream }, 'the end of a live view was not told'));
}

function typed(cause: unknown, subject: string): AnGridError {
  return cause instanceof AnGridError
    ? cause
    : new AnGridError('internal.unexpected', { op: 'live.view', subject, cause });
}
