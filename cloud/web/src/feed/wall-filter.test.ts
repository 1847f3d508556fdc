import { describe, expect, it } from '@jest/globals';
import type { Incident } from '../api/types.js';
import { sampleAlert, sampleIncident } from '../testing/samples.js';
import { isWithin, noFilter, type WallFilter, wallOf } from './wall-filter.js';

const minute = (n: number) => `2026-03-01T08:${String(n).padStart(2, '0')}:00.000Z`;
const ids = (incidents: Incident[], filter: Partial<WallFilter> = {}) =>
  wallOf(incidents, { ...noFilter, ...filter }).map(({ id }) => id);
const one = (id: string, part: Partial<Incident> = {}) => sampleIncident({ id, ...part });

describe('the order of the wall', () => {
  const four = [
    one('old-two', { severity: 2, openedAt: minute(1) }),
    one('three', { severity: 3, openedAt: minute(9) }),
    one('new-two', { severity: 2, openedAt: minute(5) }),
    one('one', { severity: 1, openedAt: minute(3) }),
  ];

  it('is severity, then the newest', () => expect(ids(four)).toEqual(['one', 'new-two', 'old-two', 'three']));

  it('is severity, then the longest waiting where somebody wants that', () => {
    expect(ids(four, { order: 'longest' })).toEqual(['one', 'old-two', 'new-two', 'three']);
  });

  it('puts false alarms last, whatever their severity', () => {
    expect(ids([one('false', { severity: 1, falseAlarm: true }), one('real', { severity: 4 })])).toEqual([
      'real',
      'false',
    ]);
  });
});

describe('the filter of the wall', () => {
  it('leaves closed incidents out', () => expect(ids([one('a', { state: 'closed' }), one('b')])).toEqual(['b']));

  it('knows a returned incident as waiting again', () => {
    const three = [
      one('a', { state: 'returned' }),
      one('b', { state: 'accepted' }),
      one('c', { state: 'called-back' }),
    ];
    expect(ids(three, { stages: ['waiting'] })).toEqual(['a']);
    expect(ids(three, { stages: ['inHand', 'resolved'] })).toEqual(['b', 'c']);
  });

  it('takes a unit with everything below it, and no neighbour of a similar name', () => {
    const paths = ['suxi/b1', 'suxi/b1/e2', 'suxi/b10'];
    const incidents = paths.map((path) => one(path, { unit: { path, names: [] } }));
    expect(ids([...incidents, one('unlinked')], { unit: 'suxi/b1' })).toEqual(['suxi/b1', 'suxi/b1/e2']);
  });

  it('shows unlinked incidents while no unit is chosen', () => expect(ids([one('unlinked')])).toEqual(['unlinked']));

  it('finds every word of a search in places, devices and kinds of either language', () => {
    const gate = one('gate', { place: { id: 'p', name: 'South Gate' }, alerts: [sampleAlert()] });
    const lift = one('lift', { place: { id: 'q', name: 'Lift' } });
    expect(ids([gate, lift], { text: 'south FORCED' })).toEqual(['gate']);
    expect(ids([gate, lift], { text: 'panel-1' })).toEqual(['gate']);
    expect(ids([gate, lift], { text: 'south lift' })).toEqual([]);
  });

  it('takes several severities and one compound', () => {
    const incidents = [
      one('a', { severity: 1 }),
      one('b', { severity: 2 }),
      one('c', { severity: 2, compound: { id: 'c2', name: '' } }),
    ];
    expect(ids(incidents, { severities: [2], compound: 'c1' })).toEqual(['b']);
  });
});

it('a path is within itself and its ancestors only', () => {
  expect([isWithin('a/b', 'a'), isWithin('a', 'a'), isWithin('a', 'a/b'), isWithin(undefined, 'a')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
