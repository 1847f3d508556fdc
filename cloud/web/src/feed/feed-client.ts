import { ApiProblem } from '../api/problem.js';
import type { Clock } from '../time/clock.js';
import { backoffMs } from './backoff.js';
import { decodeEntry, decodeHello, type FeedEntry } from './entry.js';
import { createSseParser, type SseMessage } from './sse-parser.js';

/** connecting: not yet heard. live: heard within the last STALE_MS. lost: trying again. */
export type FeedLink = 'connecting' | 'live' | 'lost';

/** The cloud writes at least every 15 s; twice that and a bit without a byte means that nobody is there. */
export const STALE_MS = 40_000;

export interface FeedListener {
  onLink(link: FeedLink): void;
  /** Any byte counts as contact, also a keep-alive comment. */
  onContact(at: number): void;
  onServerTime(serverTime: string): void;
  onEntry(entry: FeedEntry): void;
  /** The stream cannot go on from where it was: what is held must be loaded again. Also called at the first contact. */
  onRestart(): void;
}

export interface FeedOptions {
  readonly open: (path: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<Response>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly listener: FeedListener;
}

export interface Feed {
  /** Tries at once instead of at the end of the pause: the network is back, or the page is seen again. */
  retryNow(): void;
  close(): void;
}

/**
 * Keeps the live feed open: Server-Sent Events over fetch instead of EventSource, because a wall that must not lie has to
 * see the keep-alive comments (the link is alive although nothing happens) and the status of a refusal.
 * After a break it asks for everything after the last position that it holds.
 */
export function openFeed(options: FeedOptions): Feed {
  const connection = new FeedConnection(options);
  void connection.run();
  return connection;
}

class FeedConnection implements Feed {
  private position: number | undefined;
  private failures = 0;
  private closed = false;
  private abort = new AbortController();
  private wake: () => void = () => undefined;
  private stopWatch: () => void = () => undefined;

  constructor(private readonly options: FeedOptions) {}

  retryNow(): void {
    this.wake();
  }

  close(): void {
    this.closed = true;
    this.abort.abort();
    this.wake();
  }

  async run(): Promise<void> {
    const { listener, clock, random } = this.options;
    listener.onLink('connecting');
    while (!this.closed) {
      const signedOut = await this.readOnce().then(
        () => false,
        (error: unknown) => error instanceof ApiProblem && error.status === 401,
      );
      if (this.closed || signedOut) return;
      this.failures += 1;
      listener.onLink('lost');
      await this.pause(backoffMs(this.failures, random()), clock);
    }
  }

  private pause(ms: number, clock: Clock): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  private async readOnce(): Promise<void> {
    this.abort = new AbortController();
    this.watch();
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (this.position !== undefined) headers['Last-Event-ID'] = String(this.position);
      const response = await this.options.open('/api/feed', headers, this.abort.signal);
      this.options.listener.onLink('live');
      this.heard();
      const parser = createSseParser((message) => this.receive(message));
      await pump(response, (text) => {
        this.heard();
        parser.push(text);
      });
    } finally {
      this.stopWatch();
      this.abort.abort();
    }
  }

  /** Gives the stream up when nothing is heard of it for STALE_MS. */
  private watch(): void {
    this.stopWatch();
    this.stopWatch = this.options.clock.after(STALE_MS, () => this.abort.abort());
  }

  private heard(): void {
    this.watch();
    this.failures = 0;
    this.options.listener.onContact(this.options.clock.now());
  }

  private receive(message: SseMessage): void {
    if (message.event === 'hello') return this.greet(message.data);
    if (message.event === 'reset') return this.options.listener.onRestart();
    const entry = decodeEntry(message);
    if (!entry || entry.position <= (this.position ?? -1)) return;
    this.position = entry.position;
    this.options.listener.onEntry(entry);
  }

  /** A position below ours means that the cloud's history is another one (restored from a backup). */
  private greet(data: string): void {
    const hello = decodeHello(data);
    if (!hello) return;
    this.options.listener.onServerTime(hello.serverTime);
    if (this.position !== undefined && hello.position >= this.position) return;
    this.position = hello.position;
    this.options.listener.onRestart();
  }
}

async function pump(response: Response, take: (text: string) => void): Promise<void> {
  if (!response.body) return;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) take(part.value);
}
