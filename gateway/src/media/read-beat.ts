import type { Cancel, Clock } from '@angrid/runtime';

/** A camera's pictures are late by this at most; three of them, at 15 a second, are then read together. */
const CALM_MS = 200;
/** The same while somebody waits for the newest picture: less than a picture's time. */
const HURRIED_MS = 50;

/**
 * Lets bytes gather. A stream that has just been read waits for the next beat, and all that wait go on together: the
 * process wakes five times a second and not with each packet of each camera.
 */
export class ReadBeat {
  private waiting: (() => void)[] = [];
  private hurriedUntilMs = 0;
  private cancel: Cancel = () => undefined;

  constructor(private readonly clock: Pick<Clock, 'after' | 'monotonic'>) {}

  /** Calls `goOn` with the next beat. There is no timer while nobody waits. */
  wait(goOn: () => void): void {
    if (this.waiting.length === 0) {
      const hurried = this.clock.monotonic() < this.hurriedUntilMs;
      this.cancel = this.clock.after(hurried ? HURRIED_MS : CALM_MS, () => this.strike());
    }
    this.waiting.push(goOn);
  }

  /** Strikes at once, and faster for so long: somebody waits for what a camera shows now. */
  hurry(forMs: number): void {
    this.hurriedUntilMs = Math.max(this.hurriedUntilMs, this.clock.monotonic() + forMs);
    this.cancel();
    this.strike();
  }

  private strike(): void {
    const all = this.waiting;
    this.waiting = [];
    for (const goOn of all) goOn();
  }
}
