export interface AlertMessage {
  readonly topic: string;
  readonly subject: string;
  readonly payload: { readonly device: { readonly id: string }; readonly state: 'active' | 'cleared' };
}

/** Times each alarm of one compound from its start to its line in the stream of each viewer, once. */
export class Stopwatch {
  sent = 0;
  readonly latencies: number[] = [];
  private readonly started = new Map<string, { readonly at: number; readonly by: Set<number> }>();

  /** `keyOf`: what an alarm was started as. */
  constructor(
    private readonly compound: string,
    private readonly keyOf: (message: AlertMessage) => string,
  ) {}

  start(key: string): void {
    this.sent += 1;
    this.started.set(key, { at: performance.now(), by: new Set() });
  }

  /** `data`: of a message of the feed; most are of others, and are not worth reading. */
  see(viewer: number, data: string, at: number): void {
    if (!data.startsWith('{"topic":"alert"') || !data.slice(0, 200).includes(`"compound":"${this.compound}"`)) return;
    const began = this.started.get(this.keyOf(JSON.parse(data) as AlertMessage));
    if (!began || began.by.has(viewer)) return;
    began.by.add(viewer);
    this.latencies.push(at - began.at);
  }

  reset(): void {
    this.sent = 0;
    this.latencies.length = 0;
    this.started.clear();
  }
}
