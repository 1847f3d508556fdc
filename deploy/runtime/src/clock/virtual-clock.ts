import { type Cancel, type Clock, sleepWith } from './clock.js';

interface Timer {
  due: number;
  readonly order: number;
  readonly period: number | undefined;
  readonly task: () => void;
}

/** A clock that moves only when it is told to: replays of the past and timelines run on it. */
export class VirtualClock implements Clock {
  private readonly timers = new Set<Timer>();
  private created = 0;
  private elapsed = 0;
  private wallOffset: number;

  constructor(startsAt: string | number = '2026-01-01T00:00:00Z') {
    this.wallOffset = new Date(startsAt).getTime();
  }

  wall(): number {
    return this.wallOffset + this.elapsed;
  }

  monotonic(): number {
    return this.elapsed;
  }

  after(ms: number, task: () => void): Cancel {
    return this.add(ms, task, undefined);
  }

  every(ms: number, task: () => void): Cancel {
    return this.add(ms, task, ms);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepWith(this, ms, signal);
  }

  /** Moves the wall clock without letting time pass, as NTP does. */
  jumpWall(ms: number): void {
    this.wallOffset += ms;
  }

  /** Lets `ms` milliseconds pass; timers run in order of their due time, and awaiting code runs between them. */
  async advance(ms: number): Promise<void> {
    const end = this.elapsed + ms;
    await settle();
    for (let next = this.nextDue(end); next; next = this.nextDue(end)) {
      this.elapsed = Math.max(this.elapsed, next.due);
      if (next.period === undefined) this.timers.delete(next);
      else next.due += next.period;
      next.task();
      await settle();
    }
    this.elapsed = end;
  }

  private add(ms: number, task: () => void, period: number | undefined): Cancel {
    const timer: Timer = { due: this.elapsed + Math.max(0, ms), order: this.created++, period, task };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  private nextDue(end: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.timers) {
      if (timer.due > end) continue;
      if (!next || timer.due < next.due || (timer.due === next.due && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/** Lets promise chains that are ready run to their next wait. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
