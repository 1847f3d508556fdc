import type { Cancel, Clock, Log } from '@angrid/runtime';

export interface PollerOptions {
  /** What it does, for the log. */
  readonly name: string;
  readonly clock: Pick<Clock, 'every' | 'monotonic'>;
  readonly log: Log;
  /** Looks at least this often, ms: nothing depends on a wake-up that may be lost. */
  readonly everyMs: number;
  /** Does all there is to do. Where it throws, the next look tries again. */
  readonly work: () => Promise<void>;
}

const LOOKS_UNTIL_STUCK = 3;
/** Much work in one run is no fault. */
const SOONEST_STUCK_MS = 300_000;

/** Runs `work` one at a time: at its start, at each wake-up and at each tick. A wake-up during a run is another run. */
export class Poller {
  private again = false;
  private running: Promise<void> | undefined;
  private stopTicking: Cancel | undefined;
  private stopped = false;
  private wentWellAt = 0;

  constructor(private readonly options: PollerOptions) {}

  get name(): string {
    return this.options.name;
  }

  /** No run has gone well for some looks: it fails, or it hangs. */
  get isStuck(): boolean {
    const { clock, everyMs } = this.options;
    return clock.monotonic() - this.wentWellAt > Math.max(SOONEST_STUCK_MS, LOOKS_UNTIL_STUCK * everyMs);
  }

  start(): void {
    this.wentWellAt = this.options.clock.monotonic();
    this.stopTicking = this.options.clock.every(this.options.everyMs, () => this.wake());
    this.wake();
  }

  wake(): void {
    if (this.stopped) return;
    this.again = true;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Resolves when no run is left. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.stopTicking?.();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        await this.options.work();
        this.wentWellAt = this.options.clock.monotonic();
      } catch (error) {
        this.options.log.warn({ err: error, job: this.options.name }, 'a job failed; it is tried again');
      }
    }
  }
}
