import { describe, expect, it } from '@jest/globals';
import { compare, nothingCompared, together } from './replay-comparison.js';
import type { Raised } from './play-alerts.js';

/** An incident of these alerts. */
function raised(alerts: readonly string[], confirmedBy: Raised['confirmedBy'] = null): Raised {
  return {
    ...{ incident: `i-${alerts[0]}`, kind: 'door.forced', severity: 2, placeId: null, unitPath: null, confirmedBy },
    ...{
      exercise: false,
      restricted: false,
      done: false,
      silenced: false,
      openedAt: 0,
      closesAt: 900_000,
      devices: ['door'],
    },
    ...{ rule: 'alone', alerts },
  };
}

describe('two rule sets over the same alerts', () => {
  it('differ in what only one of them tells, and in what only one of them confirms', () => {
    const active = [raised(['a', 'b'], 'two-sources'), raised(['c'])];
    const candidate = [raised(['b']), raised(['d'], 'two-sources')];
    expect(compare({ compound: 'c1', alerts: 4, active, candidate })).toMatchObject({
      active: { incidents: 2, confirmed: 1 },
      candidate: { incidents: 2, confirmed: 1 },
      counts: { raised: 1, missed: 1, newlyConfirmed: 1, noLongerConfirmed: 1 },
      raised: [{ incident: 'i-d' }],
      missed: [{ incident: 'i-c' }],
      newlyConfirmed: [{ incident: 'i-d' }],
      noLongerConfirmed: [{ incident: 'i-a' }],
    });
  });

  it('are counted whole over all compounds, and shown by the first of each sort', () => {
    const many = Array.from({ length: 150 }, (_, nth) => raised([`a${nth}`]));
    const one = compare({ compound: 'c1', alerts: 150, active: many, candidate: [] });
    const { alerts, counts, missed } = [one, one].reduce(together, nothingCompared);
    expect([alerts, counts.missed, missed.length]).toEqual([300, 300, 200]);
  });
});
