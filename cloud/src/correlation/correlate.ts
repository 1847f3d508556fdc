import { Batch } from './batch.js';
import type { AlertFact, Decisions, Neighbourhood } from './facts.js';
import type { RuleSet } from './rule-set.js';

export type { Correlated } from './facts.js';

/**
 * Decides what becomes of alerts, in the order in which they came, and of those that were held until `now`. Pure: the
 * same alerts give the same incidents, whether they come in one batch or in many.
 */
export function correlate(
  rules: RuleSet,
  neighbourhood: Neighbourhood,
  alerts: readonly AlertFact[],
  now: number,
): Decisions {
  const batch = new Batch(rules, neighbourhood, now);
  for (const alert of alerts) batch.take(alert);
  batch.releaseUntil(now);
  return batch.decisions();
}
