import { describe, expect, it } from '@jest/globals';
import { playbooksFolder, readPlaybooks } from '../playbooks/library.js';
import type { Playbook } from '../playbooks/playbook.js';
import { openingsAgain, type ToldBefore } from './tell-again.js';

const jinhua = (await readPlaybooks([playbooksFolder])).get('jinhua') as Playbook;
const rungs = [1, 2].map((rung) => ({ rung, to: [], channels: ['console'] as const, within: 60_000 }));
const told = (id: string, wish: Partial<ToldBefore> = {}): ToldBefore => ({
  ...{ rung: 0, state: 'read', to: { kind: 'duty', id, unit: 'town/v1' }, channel: 'console' },
  ...{ ladder: { name: 'station', climbs: 'when-silent', rungs }, within: 300_000, settle: null },
  ...wish,
});
const again = (legs: readonly ToldBefore[], rung = 0) =>
  openingsAgain(jinhua, legs, rung).map(({ to, ladder, ...opening }) => ({
    ...{ to: to.map(({ id, unit, officer }) => [id, unit, officer]), rungs: ladder?.rungs.map((each) => each.rung) },
    within: opening.within,
    rung: opening.rung,
  }));

describe('what is open again', () => {
  it('is told to those who had settled it, in the time and with the ladder that they had', () => {
    const legs = [told('property-manager'), told('handling-officer', { state: 'resolved' })];
    expect(again(legs)).toEqual([
      { to: [['handling-officer', 'town/v1', true]], rungs: [1, 2], within: 300_000, rung: 0 },
    ]);
  });

  it('is told to those who were told first, where no push of anybody was settled', () => {
    const legs = [told('property-manager'), told('station-desk', { rung: 1 })];
    expect(again(legs).map(({ to }) => to)).toEqual([[['property-manager', 'town/v1', false]]]);
  });

  it('climbs on above the pushes that there have been, and from where it was settled', () => {
    const settled = told('handling-officer', { state: 'resolved', rung: 1, within: null });
    expect(again([settled], 3)).toMatchObject([{ rung: 3, rungs: [4], within: undefined }]);
    expect(again([{ ...settled, rung: 2 }])).toMatchObject([{ rungs: undefined }]);
  });
});
