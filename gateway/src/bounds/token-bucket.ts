import type { Clock } from '@angrid/runtime';

export interface BucketRate {
  /** Tokens that can be taken at once after a rest. */
  readonly burst: number;
  readonly perSecond: number;
}

/** Lets `burst` through at once and `perSecond` after that. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly rate: BucketRate,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {
    this.tokens = rate.burst;
    this.filledAt = clock.monotonic();
  }

  take(): boolean {
    if (this.tokens < 1) this.fill();
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Whether nothing was taken for so long that the whole burst is there. */
  get full(): boolean {
    this.fill();
    return this.tokens >= this.rate.burst;
  }

  /** Milliseconds until the next token; at least 1. */
  get wait(): number {
    return Math.max(1, Math.ceil(((1 - this.tokens) / this.rate.perSecond) * 1000));
  }

  private fill(): void {
    const now = this.clock.monotonic();
    this.tokens = Math.min(this.rate.burst, this.tokens + ((now - this.filledAt) / 1000) * this.rate.perSecond);
    this.filledAt = now;
  }
}
