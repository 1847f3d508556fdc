import type { AlertFact } from './facts.js';

/** How many are looked at in one question: a flood costs no more than this. */
const MOST_EXAMINED = 256;

/** Alerts in the order of their time, asked for those that are nearest to a moment. */
export class TimeLine {
  private readonly alerts: AlertFact[] = [];

  /** Nearly always at the end: alerts come about in their order. */
  add(alert: AlertFact): void {
    let index = this.alerts.length;
    while (index > 0 && (this.alerts[index - 1]?.at ?? 0) > alert.at) index -= 1;
    this.alerts.splice(index, 0, alert);
  }

  /** At most `most` that fit and lie within `withinMs` of `at`, the nearest first. */
  nearest(at: number, withinMs: number, most: number, fits: (alert: AlertFact) => boolean): readonly AlertFact[] {
    const found: AlertFact[] = [];
    let after = this.firstFrom(at);
    let before = after - 1;
    for (let examined = 0; examined < MOST_EXAMINED && found.length < most; examined += 1) {
      const next = this.nearer(at, before, after);
      if (next === undefined || Math.abs(next.at - at) > withinMs) break;
      if (next === this.alerts[after]) after += 1;
      else before -= 1;
      if (fits(next)) found.push(next);
    }
    return found;
  }

  private nearer(at: number, before: number, after: number): AlertFact | undefined {
    const [past, future] = [this.alerts[before], this.alerts[after]];
    if (!past || !future) return past ?? future;
    return at - past.at <= future.at - at ? past : future;
  }

  /** Index of the first alert at or after `at`. */
  private firstFrom(at: number): number {
    let [low, high] = [0, this.alerts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.alerts[middle]?.at ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
