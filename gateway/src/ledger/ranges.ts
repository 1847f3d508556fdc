import type { NumberRange } from '@angrid/contract';

/** Ranges are ascending and do not touch. Both ends belong to a range. */
export type Ranges = readonly NumberRange[];

export function holds(ranges: Ranges, number: number): boolean {
  return ranges.some(({ from, to }) => from <= number && number <= to);
}

export function countOf(ranges: Ranges): number {
  let count = 0;
  for (const { from, to } of ranges) count += to - from + 1;
  return count;
}

/** What is left without from–to; the same object where that takes nothing away. */
export function without(ranges: Ranges, from: number, to: number): Ranges {
  if (!ranges.some((range) => range.from <= to && from <= range.to)) return ranges;
  const left: NumberRange[] = [];
  for (const range of ranges) {
    if (range.to < from || to < range.from) {
      left.push(range);
      continue;
    }
    if (range.from < from) left.push({ from: range.from, to: from - 1 });
    if (to < range.to) left.push({ from: to + 1, to: range.to });
  }
  return left;
}
