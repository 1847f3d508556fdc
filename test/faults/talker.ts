import { randomBytes } from 'node:crypto';
import { type WireAccess, WirePanel } from '../support/wire-panel.js';

export interface Sent {
  readonly sequence: number;
  readonly kind: string;
  /** When it was first sent, ms. */
  readonly at: number;
}

const RECONNECT_MS = 100;
/** A gateway that has not come back by then will not. */
const GIVE_UP_MS = 60_000;

/** A panel that sends one event after the other at a steady rate, and each again until it has its PUBACK. */
export class Talker {
  readonly boot = randomBytes(3).toString('hex');
  readonly sent: Sent[] = [];
  readonly acknowledged = new Set<number>();
  readonly resent = new Set<number>();
  private link: WirePanel | undefined;
  private talking: Promise<void> | undefined;
  private stopping = new AbortController();
  private giveUpAt = Number.POSITIVE_INFINITY;

  constructor(
    readonly device: string,
    private readonly access: WireAccess,
    private readonly options: { readonly everyMs: number; kindOf(sequence: number): string },
  ) {}

  start(): void {
    this.stopping = new AbortController();
    this.giveUpAt = Number.POSITIVE_INFINITY;
    this.talking = this.talk(this.stopping.signal);
  }

  /** Resolves when the last event that was begun has its PUBACK, or a minute has gone by without. */
  async stop(): Promise<void> {
    this.giveUpAt = performance.now() + GIVE_UP_MS;
    this.stopping.abort();
    await this.talking;
    this.link?.leave();
    this.link = undefined;
  }

  private async talk(signal: AbortSignal): Promise<void> {
    let due = performance.now() + Math.random() * this.options.everyMs;
    while (!signal.aborted) {
      const wait = due - performance.now();
      if (wait > 0) await pause(wait);
      due += this.options.everyMs;
      await this.tell();
    }
  }

  private async tell(): Promise<void> {
    const sequence = this.sent.length + 1;
    const kind = this.options.kindOf(sequence);
    const at = Date.now();
    this.sent.push({ sequence, kind, at });
    const time = new Date(at).toISOString();
    const body = JSON.stringify({ event: kind, seq: sequence, boot: this.boot, time, door: '1' });
    for (let attempt = 0; performance.now() < this.giveUpAt; attempt += 1) {
      try {
        this.link ??= await WirePanel.connect(this.access);
        if (attempt > 0) this.resent.add(sequence);
        await this.link.publish(`angrid/v1/${this.device}/event`, body, attempt > 0);
        this.acknowledged.add(sequence);
        return;
      } catch {
        this.link = undefined;
        await pause(RECONNECT_MS);
      }
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
