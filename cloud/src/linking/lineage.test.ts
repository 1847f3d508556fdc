import { describe, expect, it } from '@jest/globals';
import type { PlannedLadder } from '../dispatch/plan.js';
import { ladderAlong, lineage } from './lineage.js';

describe('the way down to a unit', () => {
  it.each([
    ['under another parent', 'town/a/b3', 'town/b/b3', ['town/a > town/b', 'town/a/b3 > town/b/b3']],
    ['beside where it was', 'town/a/b3', 'town/a/b4', ['town/a/b3 > town/a/b4']],
    ['where the unit above takes it over', 'town/a/b3', 'town/a', ['town/a/b3 > town/a']],
    ['where it is higher and elsewhere', 'town/a/b3', 'town/b', ['town/a > town/b', 'town/a/b3 > town/b']],
    ['where it is deeper', 'town/a', 'town/a/b3', ['town/a > town/a/b3']],
    ['that stays', 'town/a', 'town/a', []],
  ])('%s', (_where, from, to, steps) => {
    expect(lineage(from, to).map(({ was, goes }) => `${was} > ${goes}`)).toEqual(steps);
  });
});

describe('a ladder', () => {
  it('leads to other units with the same duties and deadlines', () => {
    const to = { kind: 'duty', id: 'secretary', officer: false, entitled: 'no', openTo: [] } as const;
    const rung = (unit: string | null) => ({
      rung: 1,
      to: [{ ...to, unit }],
      channels: ['console'] as const,
      within: 30,
    });
    const ladder: PlannedLadder = {
      name: 'up',
      climbs: 'when-silent',
      rungs: [rung('town/a'), rung('town'), rung(null)],
    };
    const moved = ladderAlong(ladder, (unit) => (unit === 'town/a' ? 'town/b' : unit));
    expect(moved).toEqual({ ...ladder, rungs: [rung('town/b'), rung('town'), rung(null)] });
  });
});
