import type { Post } from '../cloud-ingest/load.js';
import { send } from '../cloud-ingest/senders.js';

const CONNECTIONS = 8;

/** Batches of many gateways that go to a cloud at an even pace, while something else is measured. */
export class Storm {
  private next = 0;

  /** `posts`: signed and packed before, in turn of their gateways; `perSecond`: alerts of all together. */
  constructor(
    private readonly base: string,
    private readonly posts: readonly Post[],
    private readonly perSecond: number,
  ) {}

  /** How many alerts a second the cloud has really taken. */
  async blow(forMs: number): Promise<number> {
    const started = performance.now();
    let given = 0;
    let taken = 0;
    const work = async (): Promise<void> => {
      for (let post = this.posts[this.next]; post; post = this.posts[this.next]) {
        const due = Math.max(performance.now(), started + (given * 1000) / this.perSecond);
        if (due >= started + forMs) return;
        this.next += 1;
        given += post.alerts.length;
        await pause(due - performance.now());
        await send(this.base, [post], 1);
        taken += post.alerts.length;
      }
      throw new Error('the storm has no batches left');
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, work));
    return (taken * 1000) / Math.max(forMs, performance.now() - started);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
