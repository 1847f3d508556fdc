import { PassThrough, type Readable } from 'node:stream';
import { LiveGate, type LivePart } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';

export interface LiveUploadOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Sends one request; resolves when the cloud has taken its whole body. Throws live.ended where nobody watches. */
  send(body: Readable, signal: AbortSignal): Promise<void>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** How long a request lasts; the next one goes on where it ended. With each the cloud looks anew who sends it. */
const REQUEST_MS = 10_000;
/** What a slow line leaves waiting; then pictures are left out up to the newest key picture. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** The way of one live stream to the cloud: never holds up who writes, and keeps no more than it says. */
export class LiveUpload {
  /** Rejects when the cloud wants no more, or cannot be reached. */
  readonly failed: Promise<never>;
  private readonly gate = new LiveGate(MOST_WAITING_BYTES);
  private fail: (cause: unknown) => void = () => undefined;
  /** The body that is being sent; none from its end until the cloud has answered. */
  private body: PassThrough | undefined;
  private endsMs = 0;
  private waiting: Uint8Array[] = [];

  constructor(private readonly options: LiveUploadOptions) {
    this.failed = new Promise((_resolve, reject) => (this.fail = reject));
    this.failed.catch(() => undefined);
    options.signal.addEventListener('abort', () => this.body?.destroy(), { once: true });
    this.begin();
  }

  push(part: LivePart): void {
    if (part.kind === 'fragment' && !this.gate.passes(part, this.waitingBytes())) return;
    if (!this.body) {
      this.waiting.push(part.bytes);
      return;
    }
    this.body.write(part.bytes);
    if (this.options.clock.monotonic() < this.endsMs) return;
    this.body.end();
    this.body = undefined;
  }

  private waitingBytes(): number {
    // A piece that is being passed through counts at both ends.
    const unsent = this.body ? Math.max(this.body.readableLength, this.body.writableLength) : 0;
    return this.waiting.reduce((sum, { length }) => sum + length, unsent);
  }

  private begin(): void {
    const { clock, send, signal } = this.options;
    if (signal.aborted) return;
    const body = new PassThrough();
    body.on('error', () => undefined);
    for (const bytes of this.waiting.splice(0)) body.write(bytes);
    this.body = body;
    this.endsMs = clock.monotonic() + REQUEST_MS;
    send(body, signal).then(
      () => this.begin(),
      (cause: unknown) => this.fail(cause),
    );
  }
}
