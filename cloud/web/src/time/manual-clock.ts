import type { Clock } from './clock.js';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that moves only when a test says so. */
export class ManualClock implements Clock {
  private timers: Timer[] = [];

  constructor(private instant = 0) {}

  now(): number {
    return this.instant;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.instant + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  get waiting(): number {
    return this.timers.length;
  }

  advance(ms: number): void {
    const end = this.instant + ms;
    for (let next = this.nextUntil(end); next; next = this.nextUntil(end)) {
      this.timers = this.timers.filter((timer) => timer !== next);
      this.instant = next.at;
      next.run();
    }
    this.instant = end;
  }

  private nextUntil(end: number): Timer | undefined {
    return this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
