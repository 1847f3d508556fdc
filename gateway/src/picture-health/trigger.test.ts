import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { conditions, everyCondition } from './condition.js';
import { atRest, type Change, stepTrigger } from './trigger.js';

interface Dated extends Change {
  readonly atMs: number;
}

const sights = fc.array(
  fc.record({
    seen: fc.option(fc.constantFrom(...everyCondition), { nil: undefined }),
    dtMs: fc.integer({ min: 500, max: 15_000 }),
    times: fc.integer({ min: 1, max: 30 }),
  }),
  { maxLength: 60 },
);

function told(
  run: readonly { seen: (typeof everyCondition)[number] | undefined; dtMs: number; times: number }[],
): Dated[] {
  const all: Dated[] = [];
  let [trigger, atMs] = [atRest, 0];
  for (const { seen, dtMs, times } of run)
    for (let time = 0; time < times; time += 1) {
      atMs += dtMs;
      const step = stepTrigger(trigger, seen, dtMs);
      trigger = step.trigger;
      all.push(...step.changes.map((change) => ({ ...change, atMs })));
    }
  return all;
}

describe('the trigger', () => {
  it('tells one thing at a time: each ends before another begins', () => {
    fc.assert(
      fc.property(sights, (run) => {
        let active: string | undefined;
        for (const { condition, state } of told(run)) {
          expect(active).toBe(state === 'began' ? undefined : condition);
          active = state === 'began' ? condition : undefined;
        }
      }),
    );
  });

  it('never flaps: what began lasts for its time, and comes again no sooner than its other time', () => {
    fc.assert(
      fc.property(sights, (run) => {
        const changes = told(run);
        changes.forEach((change, index) => {
          const later = changes.slice(index + 1).find(({ condition }) => condition === change.condition);
          const { afterMs, overMs } = conditions[change.condition];
          const leastMs = change.state === 'began' ? overMs : afterMs;
          if (later) expect(later.atMs - change.atMs).toBeGreaterThanOrEqual(leastMs - 1e-6);
        });
      }),
    );
  });

  it('never begins with what was seen for less than its time', () => {
    const steps = conditions.covered.afterMs / 2000;
    expect(told([{ seen: 'covered', dtMs: 2000, times: steps - 1 }])).toEqual([]);
    expect(told([{ seen: 'covered', dtMs: 2000, times: steps }])).toMatchObject([
      { condition: 'covered', state: 'began' },
    ]);
  });

  it('takes a sight that wavers between two for the more frequent one', () => {
    const wavering = Array.from({ length: 40 }, (_none, index) => ({
      seen: index % 3 === 0 ? ('blurred' as const) : ('covered' as const),
      dtMs: 2000,
      times: 1,
    }));
    expect(told(wavering)).toMatchObject([{ condition: 'covered', state: 'began' }]);
  });
});
