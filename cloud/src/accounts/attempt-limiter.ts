import type { Clock } from '@angrid/runtime';

export interface Allowance {
  /** Attempts at once. */
  readonly burst: number;
  /** Milliseconds until one attempt is given back. */
  readonly refillMs: number;
}

interface Bucket {
  left: number;
  at: number;
}

const MOST_BUCKETS = 10_000;

/** Token buckets by key, bounded in number: the one that was used longest ago gives way. */
export class AttemptLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Pick<Clock, 'monotonic'>,
    private readonly allowance: Allowance,
  ) {}

  /** Takes one attempt; false where none is left. */
  take(key: string): boolean {
    const bucket = this.current(key);
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    if (this.buckets.size > MOST_BUCKETS) this.dropOldest();
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  /** Gives everything back: the attempt was a good one. */
  forgive(key: string): void {
    this.buckets.delete(key);
  }

  private current(key: string): Bucket {
    const { burst, refillMs } = this.allowance;
    const now = this.clock.monotonic();
    const before = this.buckets.get(key);
    if (!before) return { left: burst, at: now };
    return { left: Math.min(burst, before.left + (now - before.at) / refillMs), at: now };
  }

  private dropOldest(): void {
    for (const key of this.buckets.keys()) {
      this.buckets.delete(key);
      return;
    }
  }
}
