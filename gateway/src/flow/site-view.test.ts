import { VirtualClock } from '@angrid/runtime';
import { describe, expect, it, test } from '@jest/globals';
import { siteOf } from '../control/works.fixture.js';
import { SiteView } from './site-view.js';

const rules = { ...siteOf().rules, heldOpenSeconds: { day: 60, night: 20 } };

function viewAt(wall: string, site: Partial<ReturnType<typeof siteOf>['site']> = {}) {
  const clock = new VirtualClock(wall);
  const held = { config: siteOf({ rules, site: { ...siteOf().site, ...site } }) };
  const view = new SiteView({ gateway: 'gw-1', siteKey: Buffer.alloc(32), clock, config: () => held.config });
  return { view, clock, held };
}

describe('the night of a site', () => {
  test.each([
    ['22:00-06:00', '2026-01-01T13:59:59Z', 'day'],
    ['22:00-06:00', '2026-01-01T14:00:00Z', 'night'],
    ['22:00-06:00', '2026-01-01T21:59:59Z', 'night'],
    ['22:00-06:00', '2026-01-01T22:00:00Z', 'day'],
    ['00:00-05:30', '2026-01-01T16:00:00Z', 'night'],
    ['00:00-05:30', '2026-01-01T21:30:00Z', 'day'],
    ['08:00-08:00', '2026-01-01T00:00:00Z', 'day'],
  ])('of %s in Shanghai at %s: %s', (night, wall, period) => {
    expect(viewAt(wall, { night }).view.activePeriods()).toEqual([period]);
  });

  it('goes by its own clocks when they are put forward, and by UTC in a zone that there is not', () => {
    const berlin = (wall: string) =>
      viewAt(wall, { timezone: 'Europe/Berlin', night: '02:30-03:30' }).view.activePeriods();
    expect(
      [berlin('2026-03-29T00:59:00Z'), berlin('2026-03-29T01:00:00Z'), berlin('2026-03-29T01:30:00Z')].flat(),
    ).toEqual(['day', 'night', 'day']);
    expect(viewAt('2026-01-01T23:00:00Z', { timezone: 'Mars/Base' }).view.activePeriods()).toEqual(['night']);
  });
});

describe('the settings of a device', () => {
  it('are the same object while nothing changes, and others from the minute in which a period begins', async () => {
    const { view, clock } = viewAt('2026-01-01T13:58:30Z');
    const first = view.ruleSettings('door-1');
    await clock.advance(60_000);
    expect(view.ruleSettings('door-1')).toBe(first);
    await clock.advance(30_000);
    expect(view.ruleSettings('door-1').heldOpen.limit).toEqual({ period: 'night', seconds: 20 });
    expect(first.heldOpen.limit).toEqual({ period: 'day', seconds: 60 });
  });

  it('are others at once when the configuration changes', () => {
    const { view, held } = viewAt('2026-01-01T00:00:00Z');
    expect(view.ruleSettings('door-1').heldOpen.limit.seconds).toBe(60);
    const device = { id: 'door-1', kind: 'panel' as const, name: '门', heldOpenSeconds: 5, behind: 'switch' };
    held.config = { ...held.config, devices: [device] };
    expect(view.ruleSettings('door-1').heldOpen.limit.seconds).toBe(5);
    expect([view.ahead('door-1'), view.behind('switch')]).toEqual([['switch'], ['door-1']]);
  });
});
