import type { Clock } from '@angrid/runtime';
import { type BucketRate, TokenBucket } from './token-bucket.js';

/** What a failed log-in gets. */
export interface Failed {
  /** False where the address has failed too often: it gets no answer any more. */
  readonly answered: boolean;
  /** The first one after a rest: worth a line in the log. */
  readonly first: boolean;
}

const MOST_ADDRESSES = 1024;

/**
 * Counts the failed log-ins of each address. It never looks at log-ins that are right, so that nobody can lock out
 * anybody.
 */
export class FailureBrake {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly rate: BucketRate,
    private readonly clock: Pick<Clock, 'monotonic'>,
  ) {}

  fail(address: string): Failed {
    const bucket = this.bucketOf(address);
    const first = bucket.full;
    return { first, answered: bucket.take() };
  }

  /** One bucket an address; the one that was made first gives way when there are too many. */
  private bucketOf(address: string): TokenBucket {
    const known = this.buckets.get(address);
    if (known) return known;
    const [oldest] = this.buckets.keys();
    if (this.buckets.size >= MOST_ADDRESSES && oldest !== undefined) this.buckets.delete(oldest);
    const bucket = new TokenBucket(this.rate, this.clock);
    this.buckets.set(address, bucket);
    return bucket;
  }
}
