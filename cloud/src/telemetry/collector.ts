import type { Clock } from '@angrid/runtime';
import type { Sample, SeriesName } from './telemetry-store.js';

/** A sample that nobody has placed yet. */
export type Unplaced = Omit<Sample, 'unitPath'>;

const MINUTE_MS = 60_000;
/** Beyond this many subjects the rest is counted as one of each series and compound. */
const MOST = 100_000;
const OTHERS = 'others';

export interface Measured {
  readonly series: SeriesName;
  readonly compound: string;
  readonly subject: string;
  readonly value: number;
}

interface Sum extends Omit<Measured, 'value'> {
  readonly at: number;
  count: number;
  sum: number;
  max: number;
}

/** Adds up what is measured, minute by minute, until it is taken away to be written. */
export class TelemetryCollector {
  private sums = new Map<string, Sum>();

  constructor(private readonly clock: Pick<Clock, 'wall'>) {}

  add({ value, ...whose }: Measured): void {
    const at = Math.floor(this.clock.wall() / MINUTE_MS) * MINUTE_MS;
    const sum = this.sumOf(at, whose);
    sum.count += 1;
    sum.sum += value;
    sum.max = Math.max(sum.max, value);
  }

  /** The minutes that are over, or with `all` everything; they are not here any more after that. */
  take(all = false): readonly Unplaced[] {
    const now = Math.floor(this.clock.wall() / MINUTE_MS) * MINUTE_MS;
    const taken: Unplaced[] = [];
    for (const [key, { at, ...sum }] of this.sums) {
      if (!all && at >= now) continue;
      this.sums.delete(key);
      taken.push({ at: new Date(at), ...sum });
    }
    return taken;
  }

  private sumOf(at: number, whose: Omit<Measured, 'value'>): Sum {
    const subject = this.sums.size < MOST ? whose.subject : OTHERS;
    const key = JSON.stringify([at, whose.series, whose.compound, subject]);
    const known = this.sums.get(key);
    if (known) return known;
    const fresh: Sum = { ...whose, subject, at, count: 0, sum: 0, max: 0 };
    this.sums.set(key, fresh);
    return fresh;
  }
}
