import { type Condition, conditions, everyCondition } from './condition.js';

/**
 * How long each condition was seen: it rises from 0 to `afterMs` while it is seen, and falls back within `overMs`. A
 * condition is on from the top down to nothing, so between two changes there are always the full times.
 */
export interface Trigger {
  readonly heldMs: Readonly<Partial<Record<Condition, number>>>;
  readonly active: Condition | undefined;
}

export interface Change {
  readonly condition: Condition;
  readonly state: 'began' | 'ended';
}

export const atRest: Trigger = { heldMs: {}, active: undefined };

/** A picture that is wrong in another way says little about whether the first thing is over. */
const OTHERWISE_WRONG = 0.25;

/** Pure. */
export function stepTrigger(
  { heldMs, active }: Trigger,
  seen: Condition | undefined,
  dtMs: number,
): { readonly trigger: Trigger; readonly changes: readonly Change[] } {
  const held: Partial<Record<Condition, number>> = {};
  for (const condition of everyCondition) {
    const { afterMs, overMs } = conditions[condition];
    const before = heldMs[condition] ?? 0;
    const fall = (dtMs * afterMs * (seen === undefined ? 1 : OTHERWISE_WRONG)) / overMs;
    const now = condition === seen ? Math.min(afterMs, before + dtMs) : before - fall;
    if (now > 0) held[condition] = now;
  }
  const stays = active !== undefined && held[active] !== undefined ? active : undefined;
  const next = stays ?? everyCondition.find((condition) => held[condition] === conditions[condition].afterMs);
  const changes: Change[] = [];
  if (active !== undefined && stays === undefined) changes.push({ condition: active, state: 'ended' });
  if (next !== undefined && next !== stays) changes.push({ condition: next, state: 'began' });
  return { trigger: { heldMs: held, active: next }, changes };
}

export function isAtRest({ heldMs, active }: Trigger): boolean {
  return active === undefined && Object.keys(heldMs).length === 0;
}
