import type { Clock } from '@angrid/runtime';

/** Less than a picture's time at 15 a second: what is read comes as whole pictures, and snapshots are not late by it. */
const BEAT_MS = 50;

/**
 * Lets bytes gather. A stream that has just been read waits for the next beat, and all that wait go on together: the
 * process wakes twenty times a second and not with each packet of each camera.
 */
export class ReadBeat {
  private waiting: (() => void)[] = [];

  constructor(private readonly clock: Pick<Clock, 'after'>) {}

  /** Calls `goOn` with the next beat. There is no timer while nobody waits. */
  wait(goOn: () => void): void {
    if (this.waiting.length === 0) this.clock.after(BEAT_MS, () => this.strike());
    this.waiting.push(goOn);
  }

  private strike(): void {
    const all = this.waiting;
    this.waiting = [];
    for (const goOn of all) goOn();
  }
}
