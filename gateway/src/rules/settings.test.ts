import type { RuleSettings, SiteDevice } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import { periodsOf, settingsFor } from './index.js';
import { site } from './timeline.fixture.js';

const rules: RuleSettings = {
  ...site.rules,
  heldOpenSeconds: { day: 60, night: 30 },
  heldOpen: {
    on: true,
    periods: [
      { period: 'market', seconds: 900 },
      { period: 'school', seconds: 300 },
    ],
  },
};

function limitOf(device: Partial<SiteDevice>, ...periods: string[]): string {
  const { period, seconds } = settingsFor({ ...site, rules }, device, periods).heldOpen.limit;
  return `${period} ${seconds}`;
}

describe('how long a door may stand open', () => {
  test.each([
    ['by day', {}, ['day'], 'day 60'],
    ['by night', {}, ['night'], 'night 30'],
    ['in a period of the site', {}, ['school', 'day'], 'school 300'],
    ['in several periods: the first of the rule’s list', {}, ['school', 'market', 'day'], 'market 900'],
    ['by the device’s own limit, before the site’s periods', { heldOpenSeconds: 45 }, ['market', 'day'], 'own 45'],
    [
      'by the device’s own periods, before everything else',
      { heldOpenSeconds: 45, rules: { heldOpen: { periods: [{ period: 'night', seconds: 10 }] } } },
      ['market', 'night'],
      'night 10',
    ],
  ])('%s', (_, device, periods, limit) => {
    expect(limitOf(device, ...periods)).toBe(limit);
  });

  it('is each door’s own where it has one', () => {
    const doors = [
      { channel: '1', heldOpenSeconds: 20 },
      { channel: '2', periods: [{ period: 'market', seconds: 600 }] },
      { channel: '3', heldOpenSeconds: 25, periods: [{ period: 'market', seconds: 700 }] },
    ];
    const at = (...periods: string[]) => [...settingsFor({ ...site, rules }, { doors }, periods).heldOpen.doors];
    expect(at('day')).toEqual([
      ['1', { period: 'own', seconds: 20 }],
      ['3', { period: 'own', seconds: 25 }],
    ]);
    expect(at('market', 'day')).toEqual([
      ['1', { period: 'own', seconds: 20 }],
      ['2', { period: 'market', seconds: 600 }],
      ['3', { period: 'market', seconds: 700 }],
    ]);
  });
});

describe('the settings of a device', () => {
  it('of a site that says nothing more are those of the contract', () => {
    expect(settingsFor(site, {}, ['day'])).toMatchObject({
      repeatedDenial: { on: true, count: 3, windowSeconds: 60 },
      offlineGraceSeconds: 10,
      forced: { on: true },
      flapping: { on: false },
      inhibition: { on: true },
    });
  });

  it('know no periods, only whether a rule is on', () => {
    const resting = { ...site, rules: { ...rules, forced: { on: true, except: ['market'] } } };
    expect(settingsFor(resting, {}, ['market', 'day']).forced).toEqual({ on: false });
    expect(settingsFor(resting, {}, ['day']).forced).toEqual({ on: true });
  });

  it('go by the calendar of the site', () => {
    const calendar = {
      dates: [],
      periods: [{ id: 'market', name: '早市', days: ['sat' as const], hours: '05:00-09:00' }],
    };
    const saturday = Date.parse('2026-10-03T06:00:00Z');
    expect(periodsOf({ ...site, calendar }, saturday)).toEqual(['market', 'day']);
    expect(periodsOf(site, saturday)).toEqual(['day']);
  });
});
