import type { GatewayTime } from '@angrid/contract';
import { elapsedMs } from '../rules/index.js';

export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

/** So many at once, and so many a second for long. It is full when it begins. */
export class TokenBucket {
  private spent = 0;
  private at: GatewayTime | undefined;

  /** True where one more may pass now. */
  take(now: GatewayTime, { burst, perSecond }: BucketSize): boolean {
    const refilled = this.at === undefined ? 0 : (elapsedMs(this.at, now) / 1000) * perSecond;
    this.spent = Math.max(0, this.spent - refilled);
    this.at = now;
    if (this.spent + 1 > burst) return false;
    this.spent += 1;
    return true;
  }
}
