import type { Clock } from '@angrid/runtime';
import type { ByteBudget } from '../../bounds/byte-budget.js';
import { TokenBucket } from '../../bounds/token-bucket.js';
import type { Refusal } from './answer.js';
import type { HttpLimits } from './limits.js';

export interface DeviceDeskOptions {
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly budget: ByteBudget;
}

/** What one device may have under way: its requests, its rate, and its part of the memory of all. */
export class DeviceDesk {
  private readonly bucket: TokenBucket;
  private underWay = 0;

  constructor(private readonly options: DeviceDeskOptions) {
    const { limits, clock } = options;
    this.bucket = new TokenBucket({ burst: limits.burst, perSecond: limits.perSecond }, clock);
  }

  get idle(): boolean {
    return this.underWay === 0;
  }

  /** Lets the work of one request run when its turn comes. */
  async admit<T>(work: () => Promise<T>): Promise<T | Refusal> {
    if (this.underWay >= this.options.limits.underWay) return 'too-many';
    this.underWay += 1;
    try {
      return (await this.turn()) ? await work() : 'too-fast';
    } finally {
      this.underWay -= 1;
    }
  }

  /** Holds memory while a message is read and stored. */
  async holding<T>(bytes: number, work: () => Promise<T>): Promise<T | Refusal> {
    const { budget } = this.options;
    if (!(await this.room(bytes))) return 'no-room';
    try {
      return await work();
    } finally {
      budget.release(bytes);
    }
  }

  private async turn(): Promise<boolean> {
    const { clock, limits } = this.options;
    const until = clock.monotonic() + limits.patienceMs;
    while (!this.bucket.take()) {
      if (clock.monotonic() + this.bucket.wait > until) return false;
      await clock.sleep(this.bucket.wait);
    }
    return true;
  }

  private async room(bytes: number): Promise<boolean> {
    const { clock, limits, budget } = this.options;
    const until = clock.monotonic() + limits.patienceMs;
    while (!budget.reserve(bytes)) {
      const left = until - clock.monotonic();
      if (left <= 0 || !(await this.released(left))) return false;
    }
    return true;
  }

  private released(withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(withinMs, () => {
        leave();
        resolve(false);
      });
      const leave = this.options.budget.wait(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
