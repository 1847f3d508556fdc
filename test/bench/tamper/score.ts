import { type Condition, everyCondition } from '@angrid/gateway/picture-health/condition';
import { median, percentile, rounded } from '../bench.js';
import type { TamperFilm } from './films.js';
import type { Told, Trial } from './trial.js';

/** What was done, by what was said of it first. */
export type Confusion = Record<Condition, Record<Condition | 'nothing', number>>;

/** The result of one family of films. */
export class Score {
  readonly confusion = Object.fromEntries(everyCondition.map((condition) => [condition, emptyRow()])) as Confusion;
  private readonly delays = new Map<Condition, number[]>();
  /** What was said while nobody did anything. */
  readonly falseAlarms: (Told & { readonly film: number })[] = [];
  private quietMs = 0;
  private ends = 0;

  addTamper({ condition, fromMs, toMs, film }: TamperFilm, trial: Trial): Told | undefined {
    this.quietMs += fromMs;
    const began = trial.told.filter(({ state }) => state === 'began');
    for (const told of began) if (told.atMs < fromMs) this.falseAlarms.push({ ...told, film: film.options.seed });
    const inTime = began.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    const right = inTime.find((told) => told.condition === condition);
    this.confusion[condition][(right ?? inTime[0])?.condition ?? 'nothing'] += 1;
    if (right) this.delays.set(condition, [...(this.delays.get(condition) ?? []), right.atMs - fromMs]);
    if (right && trial.told.some((told) => told.state === 'ended' && told.atMs > toMs)) this.ends += 1;
    return right;
  }

  addQuiet(seed: number, stepMs: number, trial: Trial): void {
    this.quietMs += trial.pictures * stepMs;
    for (const told of trial.told) if (told.state === 'began') this.falseAlarms.push({ ...told, film: seed });
  }

  /** Share of the tamperings that were told as what they were. */
  get recall(): number {
    return this.share((condition) => this.confusion[condition][condition]);
  }

  /** Share that was noticed, by whatever name. */
  get noticed(): number {
    return this.share((condition) => totalOf(this.confusion[condition]) - this.confusion[condition].nothing);
  }

  private share(countOf: (condition: Condition) => number): number {
    let [hits, all] = [0, 0];
    for (const condition of everyCondition) {
      hits += countOf(condition);
      all += totalOf(this.confusion[condition]);
    }
    return hits / Math.max(1, all);
  }

  get cameraDays(): number {
    return this.quietMs / 86_400_000;
  }

  get alarmsADay(): number {
    return this.falseAlarms.length / Math.max(this.cameraDays, 1e-9);
  }

  /** Lines for people. */
  report(): string[] {
    const columns = [...everyCondition, 'nothing'] as const;
    const head = [
      'done \\ said'.padEnd(14),
      ...columns.map((name) => name.padStart(12)),
      '   recall',
      '  delay p50/p95 s',
    ];
    const rows = everyCondition.map((condition) => {
      const row = this.confusion[condition];
      const delays = this.delays.get(condition) ?? [];
      const delay = `${Math.round(median(delays) / 1000)} / ${Math.round(percentile(delays, 95) / 1000)}`;
      const share = (row[condition] / Math.max(1, totalOf(row))).toFixed(2);
      return [
        condition.padEnd(14),
        ...columns.map((name) => String(row[name]).padStart(12)),
        share.padStart(9),
        delay.padStart(18),
      ].join('');
    });
    const kinds = everyCondition.flatMap((condition) => {
      const count = this.falseAlarms.filter((told) => told.condition === condition).length;
      return count === 0 ? [] : [`${condition} ${count}`];
    });
    return [
      head.join(''),
      ...rows,
      `recall ${this.recall.toFixed(3)}, noticed by whatever name ${this.noticed.toFixed(3)}; ${this.ends} of the tamperings that were told were told to be over within 90 s`,
      `false alarms: ${this.falseAlarms.length} in ${this.cameraDays.toFixed(1)} camera-days (${kinds.join(', ') || 'none'}), ${rounded(this.alarmsADay, 2)} a camera and day`,
    ];
  }
}

function totalOf(row: Confusion[Condition]): number {
  return Object.values(row).reduce((sum, count) => sum + count, 0);
}

function emptyRow(): Record<Condition | 'nothing', number> {
  return { signal_lost: 0, black: 0, overexposed: 0, covered: 0, blurred: 0, moved: 0, frozen: 0, nothing: 0 };
}
