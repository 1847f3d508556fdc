import { type WireAccess, WirePanel } from './wire-panel.js';

export interface Said {
  readonly topic: string;
  readonly body: string;
  /** The key by which the device's profile tells this event from all others. */
  readonly key: string;
}

const RECONNECT_MS = 100;
/** A broker that has not come back by then will not. */
const GIVE_UP_MS = 30_000;

/** A panel of any family that says one thing after the other, and each again until it has its PUBACK. */
export class Speaker {
  /** Keys of what was acknowledged. */
  readonly promised = new Set<string>();
  private link: WirePanel | undefined;
  private speaking: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private giveUpAt = Number.POSITIVE_INFINITY;

  constructor(
    readonly device: string,
    private readonly access: WireAccess,
    private readonly voice: { readonly everyMs: number; say(number: number): Said },
  ) {}

  start(): void {
    this.speaking = this.speak(this.stopping.signal);
  }

  /** Resolves when the last thing that was begun has its PUBACK. */
  async stop(): Promise<void> {
    this.giveUpAt = performance.now() + GIVE_UP_MS;
    this.stopping.abort();
    await this.speaking;
    this.link?.leave();
  }

  private async speak(signal: AbortSignal): Promise<void> {
    for (let number = 1; !signal.aborted; number += 1) {
      await this.tell(this.voice.say(number));
      await pause(this.voice.everyMs);
    }
  }

  private async tell({ topic, body, key }: Said): Promise<void> {
    for (let attempt = 0; performance.now() < this.giveUpAt; attempt += 1) {
      try {
        this.link ??= await WirePanel.connect(this.access);
        await this.link.publish(topic, body, attempt > 0);
        this.promised.add(key);
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
