import { AnGridError, FragmentSplitter, LiveGate, type LivePart } from '@angrid/contract';
import type { Cancel, Clock } from '@angrid/runtime';

/** Where the pictures of one viewer go. */
export interface LiveSink {
  write(bytes: Uint8Array): void;
  readonly waitingBytes: number;
  end(): void;
}

/** What a slow reader leaves waiting; then pictures are left out up to the newest key picture. */
const MOST_WAITING_BYTES = 2 * 1024 * 1024;
/** Who reads nothing at all is cut off. */
const UNREAD_MS = 10_000;
/** What is kept for those who come later, since the last key picture. */
const MOST_KEPT_BYTES = 16 * 1024 * 1024;
/** Until the first picture: the gateway is asked, the camera is called, and begins with its next key picture. */
const FIRST_MS = 15_000;
const SILENCE_MS = 8000;

/** One person who watches a stream. */
export class LiveViewer {
  /** Resolves with the codec when there is a picture; rejects when there will be none. */
  readonly started: Promise<string>;
  /** Why it has ended. */
  why: AnGridError | undefined;
  private readonly gate = new LiveGate(MOST_WAITING_BYTES);
  private start: (codec: string) => void = () => undefined;
  private refuse: (error: AnGridError) => void = () => undefined;
  private sink: LiveSink | undefined;
  /** When it was last seen to read. */
  private readMs: number;
  private waited = 0;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {
    this.readMs = clock.monotonic();
    this.started = new Promise((resolve, reject) => {
      this.start = resolve;
      this.refuse = reject;
    });
    this.started.catch(() => undefined);
  }

  begin(codec: string): void {
    this.start(codec);
  }

  /** From now on the pictures go there, `before` first. */
  flowInto(sink: LiveSink, before: readonly LivePart[]): void {
    this.sink = sink;
    for (const part of before) this.take(part);
  }

  take(part: LivePart): void {
    const { sink } = this;
    if (!sink) return;
    const waiting = sink.waitingBytes;
    const now = this.clock.monotonic();
    if (waiting === 0 || waiting < this.waited) this.readMs = now;
    this.waited = waiting;
    if (now - this.readMs > UNREAD_MS) return this.end(new AnGridError('live.ended', { op: 'live.view' }));
    if (part.kind === 'start' || this.gate.passes(part, waiting)) sink.write(part.bytes);
  }

  end(why: AnGridError): void {
    this.why ??= why;
    this.refuse(why);
    this.sink?.end();
    this.sink = undefined;
  }
}

export interface LiveStreamOptions {
  readonly clock: Clock;
  /** Told once, when it is over: nobody watches, nothing comes, or it was ended. */
  onEnd(): void;
}

/** The picture of one camera on its way from its gateway to everybody who watches it. */
export class LiveStream {
  ended = false;
  private readonly viewers = new Set<LiveViewer>();
  private readonly splitter = new FragmentSplitter();
  /** Rejects with the reason when nothing more is wanted. */
  readonly over: Promise<never>;
  private refuse: (why: AnGridError) => void = () => undefined;
  private begun: Extract<LivePart, { kind: 'start' }> | undefined;
  private kept: LivePart[] = [];
  private keptBytes = 0;
  private cancelSilence: Cancel;

  constructor(
    readonly id: string,
    private readonly options: LiveStreamOptions,
  ) {
    this.over = new Promise((_resolve, reject) => (this.refuse = reject));
    this.over.catch(() => undefined);
    this.cancelSilence = this.watchSilence(FIRST_MS);
  }

  join(): LiveViewer {
    const viewer = new LiveViewer(this.options.clock);
    this.viewers.add(viewer);
    if (this.begun) viewer.begin(this.begun.codec);
    return viewer;
  }

  /** Gives a viewer the pictures since the last key picture at once, and then each as it comes. */
  flow(viewer: LiveViewer, sink: LiveSink): void {
    if (this.begun && this.viewers.has(viewer)) viewer.flowInto(sink, [this.begun, ...this.kept]);
    else sink.end();
  }

  /** With the last one it is over. */
  leave(viewer: LiveViewer, why = new AnGridError('live.ended', { op: 'live.leave' })): void {
    if (!this.viewers.delete(viewer)) return;
    viewer.end(why);
    if (this.viewers.size === 0) this.end(why);
  }

  /** Bytes from the gateway. Throws contract.violation, media.live-codec; then it is over. */
  push(chunk: Uint8Array): void {
    try {
      for (const part of this.splitter.push(chunk)) this.pass(part);
    } catch (error) {
      if (error instanceof AnGridError) this.end(error);
      throw error;
    }
  }

  end(why: AnGridError): void {
    if (this.ended) return;
    this.ended = true;
    this.cancelSilence();
    this.refuse(new AnGridError('live.ended', { op: 'live.stream', cause: why }));
    for (const viewer of this.viewers) viewer.end(why);
    this.viewers.clear();
    this.options.onEnd();
  }

  private pass(part: LivePart): void {
    this.cancelSilence();
    this.cancelSilence = this.watchSilence(SILENCE_MS);
    if (part.kind === 'start') this.begun = part;
    else this.keep(part);
    for (const viewer of this.viewers) {
      if (part.kind === 'start') viewer.begin(part.codec);
      else viewer.take(part);
    }
  }

  private keep(part: Extract<LivePart, { kind: 'fragment' }>): void {
    const tooMuch = this.keptBytes + part.bytes.length > MOST_KEPT_BYTES;
    if (part.key || tooMuch) {
      this.kept = [];
      this.keptBytes = 0;
    }
    if (!part.key && this.kept.length === 0) return;
    this.kept.push(part);
    this.keptBytes += part.bytes.length;
  }

  private watchSilence(ms: number): Cancel {
    const silent = (): void => this.end(new AnGridError('live.no-answer', { op: 'live.stream', subject: this.id }));
    return this.options.clock.after(ms, silent);
  }
}
