import type { AnGridError } from '@angrid/contract';

export interface PauseOptions {
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** Pause before a refused password is tried once more; then it is tried once a day, because cameras lock accounts. */
  readonly authPauseMs: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5000;
/** A run that lasted this long was healthy: the next pause is short again. */
const HEALTHY_MS = 30_000;
/** Refused passwords in a row before the long pause. */
const AUTH_ATTEMPTS = 2;
const DAY_MS = 86_400_000;

/** How long to wait after each failure of a stream. */
export class Pauses {
  private failures = 0;
  private refusals = 0;

  constructor(private readonly options: PauseOptions) {}

  /** Milliseconds, after a run that lasted `ranMs` and ended so. */
  after(error: AnGridError, ranMs: number): number {
    const { random, authPauseMs } = this.options;
    this.failures = ranMs > HEALTHY_MS ? 1 : this.failures + 1;
    this.refusals = error.code === 'media.stream-auth' ? this.refusals + 1 : 0;
    if (this.refusals >= AUTH_ATTEMPTS) return this.refusals === AUTH_ATTEMPTS ? authPauseMs : DAY_MS;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10));
    return longest * (0.5 + random() / 2);
  }
}
