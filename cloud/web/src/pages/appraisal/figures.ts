import type { Spread } from '../../api/appraisal.js';
import { ageParts } from '../../time/age.js';

/** `99.2 %`; a dash where there is nothing to count. @param share 0–1 */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}

export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** A span in words, such as `3 min 20 s`. */
export function spanText(ms: number | null, t: (key: string, holes?: Record<string, unknown>) => string): string {
  if (ms === null) return '–';
  return ageParts(ms)
    .map(({ unit, value }) => t(`age.${unit}`, { n: value }))
    .join(t('age.joint'));
}

export function spreadText(spread: Spread, t: Parameters<typeof spanText>[1]): string {
  return `${spanText(spread.p50, t)} / ${spanText(spread.p90, t)}`;
}

/** Of five; the rest are empty. */
export function starText(stars: number | null): string {
  return stars === null ? '' : '★'.repeat(stars) + '☆'.repeat(Math.max(0, 5 - stars));
}

export interface CourseForm {
  readonly unit: string;
  readonly title: string;
  readonly heldOn: string;
  /** As typed, by duty. */
  readonly attendance: Readonly<Record<string, number | undefined>>;
}

/** What may be sent of a form; undefined while something is missing. */
export function courseOf({ unit, title, heldOn, attendance }: CourseForm) {
  const attended = Object.entries(attendance).filter((entry): entry is [string, number] => (entry[1] ?? 0) > 0);
  if (unit === '' || title.trim().length < 2 || heldOn === '' || attended.length === 0) return undefined;
  return { unit, title: title.trim(), heldOn, attendance: Object.fromEntries(attended) };
}
