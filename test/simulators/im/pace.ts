export interface PaceLimits {
  readonly limits: readonly { readonly count: number; readonly perMs: number }[];
  /** How long nothing is heard after the limit was passed; 0: only as long as it is passed. */
  readonly blockMs: number;
}

/** How often something came, within any stretch of time. */
export class Pace {
  private came: number[] = [];
  private blockedUntil = 0;

  constructor(private readonly rules: PaceLimits) {}

  /** False where it came too fast; what came too fast counts for nothing. */
  take(now: number): boolean {
    if (this.isBlocked(now)) return false;
    this.came = this.came.filter((at) => at > now - 60_000);
    if (this.rules.limits.some(({ count, perMs }) => this.within(now, perMs) >= count)) {
      this.blockedUntil = now + this.rules.blockMs;
      return false;
    }
    this.came.push(now);
    return true;
  }

  within(now: number, perMs: number): number {
    return this.came.filter((at) => at > now - perMs).length;
  }

  isBlocked(now: number): boolean {
    return now < this.blockedUntil;
  }

  unblock(): void {
    this.blockedUntil = 0;
    this.came = [];
  }
}
