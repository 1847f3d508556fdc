import type { PlannedLadder } from '../dispatch/plan.js';

/** A path of a unit that has become another one. */
export interface PathStep {
  readonly was: string;
  readonly goes: string;
}

/**
 * What the way down to a unit becomes where another unit has taken its place: level by level from the root, the last by
 * the last. Steps that stay are left out.
 */
export function lineage(from: string, to: string): readonly PathStep[] {
  const [before, after] = [waysTo(from), waysTo(to)];
  return before.flatMap((was, at) => {
    const goes = at === before.length - 1 ? to : (after[at] ?? to);
    return goes === was ? [] : [{ was, goes }];
  });
}

/** The ladder with its rungs at other units. */
export function ladderAlong(ladder: PlannedLadder, goes: (unit: string | null) => string | null): PlannedLadder {
  const rungs = ladder.rungs.map((rung) => ({
    ...rung,
    to: rung.to.map((each) => ({ ...each, unit: goes(each.unit) })),
  }));
  return { ...ladder, rungs };
}

function waysTo(path: string): readonly string[] {
  const ids = path.split('/');
  return ids.map((_, at) => ids.slice(0, at + 1).join('/'));
}
