import type { Series } from '../api/telemetry.js';

/** In per cent of the chart's width and height. */
export interface Bar {
  readonly at: string;
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly value: number;
}

export type Measure = 'sum' | 'mean';

export function barsOf(
  { from, until, stepMs, buckets }: Series,
  measure: Measure,
): { readonly bars: readonly Bar[]; readonly top: number } {
  const start = Date.parse(from);
  const span = Date.parse(until) - start;
  const values = buckets.map(({ count, sum }) => (measure === 'sum' ? sum : sum / Math.max(1, count)));
  const top = niceTop(Math.max(0, ...values));
  const bars = buckets.map(({ at }, index) => {
    const value = values[index] ?? 0;
    const x = ((Date.parse(at) - start) / span) * 100;
    return { at, x, width: (stepMs / span) * 100, height: top === 0 ? 0 : (value / top) * 100, value };
  });
  return { bars, top };
}

const STEPS = [1, 2, 4, 5, 8, 10];

/** The round number at or above `most`: what the scale of a chart ends with. */
export function niceTop(most: number): number {
  if (most <= 0) return 0;
  if (most < 1) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(most));
  return (STEPS.find((step) => step * magnitude >= most) ?? 10) * magnitude;
}
