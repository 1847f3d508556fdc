import type { Appraisal } from '../playbooks/practice.js';
import type { VerifiedFact } from './facts.js';

/** What a fact is worth under a playbook; 0: it earns nothing there. */
export function pointsFor({ fact }: Pick<VerifiedFact, 'fact'>, { points }: Pick<Appraisal, 'points'>): number {
  return points.find((rule) => rule.fact === fact)?.points ?? 0;
}

/** Stars of a period: `earned` on top of what every subject has in its book at the beginning. Null: no stars are given. */
export function starsOf(earned: number, { stars, book }: Pick<Appraisal, 'stars' | 'book'>): number | null {
  if (stars.length === 0) return null;
  const reached = stars.filter(({ from }) => book + earned >= from).map(({ stars: count }) => count);
  return Math.max(0, ...reached);
}
