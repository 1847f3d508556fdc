import { describe, expect, it } from '@jest/globals';
import { settingsFor } from './index.js';
import { settingsWith, site, Story } from './timeline.fixture.js';

const limits = { ...site, rules: { ...site.rules, heldOpenSeconds: { day: 30, night: 20 } } };
const byDay = settingsFor(limits, {}, ['day']);
const byNight = settingsFor(limits, {}, ['night']);

describe('a door that is held open', () => {
  it('is an alert when its time is over, and ends when it is closed', () => {
    const story = new Story()
      .tell(10, 'door.opened', { channel: '1' })
      .tell(50, 'door.closed', { channel: '1' })
      .until(200);
    expect(story.lines).toEqual(['40s active door.held_open 1', '50s cleared door.held_open 1']);
    const [active, cleared] = story.alerts;
    expect(active).toMatchObject({
      severity: 3,
      rule: 'held-open@1',
      since: { monotonicMs: 10_000 },
      time: '2026-01-01T00:00:40.000Z',
    });
    expect(cleared?.key).toBe(active?.key);
    expect(cleared?.events).toEqual(active?.events);
  });

  it('is nothing when it is closed in time', () => {
    expect(new Story().tell(10, 'door.opened').tell(39, 'door.closed').until(200).lines).toEqual([]);
  });

  it('is timed from the first opening, also when the panel repeats it', () => {
    const story = new Story().tell(0, 'door.opened').tell(20, 'door.opened', { id: 'again' }).until(60);
    expect(story.lines).toEqual(['30s active door.held_open']);
    expect(
      new Story().tell(0, 'door.opened').tell(20, 'door.opened', { id: 'again' }).tell(25, 'door.closed').until(90)
        .lines,
    ).toEqual([]);
  });

  it('is each door for itself', () => {
    const story = new Story().tell(0, 'door.opened', { channel: '1' }).tell(5, 'door.opened', { channel: '2' });
    expect(story.tell(10, 'door.closed', { channel: '1' }).until(60).lines).toEqual(['35s active door.held_open 2']);
  });

  it('is one alert an opening, and a new one at the next', () => {
    const story = new Story().tell(0, 'door.opened').tell(40, 'door.closed').tell(60, 'door.opened').until(100);
    expect(story.lines).toEqual([
      '30s active door.held_open',
      '40s cleared door.held_open',
      '90s active door.held_open',
    ]);
    expect(story.alerts[2]?.key).not.toBe(story.alerts[0]?.key);
  });

  it('is told once, whether the panel or the gateway notices first', () => {
    const panelFirst = new Story().tell(0, 'door.opened').tell(20, 'door.held_open').until(60).tell(70, 'door.closed');
    expect(panelFirst.lines).toEqual(['20s active door.held_open', '70s cleared door.held_open']);
    const gatewayFirst = new Story().tell(0, 'door.opened').tell(35, 'door.held_open').tell(70, 'door.closed');
    expect(gatewayFirst.lines).toEqual(['30s active door.held_open', '70s cleared door.held_open']);
  });

  it('goes on being timed over a restart of the gateway', () => {
    expect(new Story().tell(0, 'door.opened').until(20).restart().until(40).lines).toEqual([
      '30s active door.held_open',
    ]);
  });

  it('goes on being timed by wall time over a restart of the box', () => {
    expect(new Story().tell(0, 'door.opened').until(20).reboot('boot-2').until(40).lines).toEqual([
      '30s active door.held_open',
    ]);
  });

  it('is nothing where the rule is off, and nothing where the panel says so', () => {
    const off = settingsWith({ heldOpen: { on: false, periods: [] } });
    expect(new Story(off).tell(0, 'door.opened').tell(40, 'door.held_open').until(400).lines).toEqual([]);
  });

  it('is timed anew when another period begins', () => {
    const story = new Story(byDay).tell(0, 'door.opened').set(25, byNight);
    expect(story.until(44).lines).toEqual([]);
    expect(story.until(90).lines).toEqual(['46s active door.held_open']);
    expect(story.alerts[0]).toMatchObject({ since: { monotonicMs: 0 } });
  });

  it('is told again in the next period while it stands open, and once in each', () => {
    const story = new Story(byDay).tell(0, 'door.opened').set(100, byNight).set(200, byDay).tell(300, 'door.closed');
    expect(story.until(400).lines).toEqual([
      '30s active door.held_open',
      '121s cleared door.held_open',
      '121s active door.held_open',
      '231s cleared door.held_open',
      '231s active door.held_open',
      '300s cleared door.held_open',
    ]);
    expect(new Set(story.alerts.map(({ key }) => key)).size).toBe(3);
  });

  it('rests while its period says so, and is timed when that is over', () => {
    const market = settingsFor(
      { ...site, rules: { ...site.rules, heldOpen: { on: true, except: ['market'], periods: [] } } },
      {},
      ['market', 'day'],
    );
    const story = new Story(market).tell(0, 'door.opened').set(500, byDay);
    expect(story.until(529).lines).toEqual([]);
    expect(story.until(600).lines).toEqual(['531s active door.held_open']);
  });

  it('with a limit of its own does not care for the hour', () => {
    const own = (period: string) => settingsFor(site, { heldOpenSeconds: 30 }, [period]);
    const story = new Story(own('day')).tell(0, 'door.opened').set(25, own('night')).until(60);
    expect(story.lines).toEqual(['30s active door.held_open']);
  });

  it('is the door that it is: a panel may have several', () => {
    const doors = settingsFor(site, { doors: [{ channel: '2', heldOpenSeconds: 50 }] }, ['day']);
    const story = new Story(doors).tell(0, 'door.opened', { channel: '1' }).tell(0, 'door.opened', { channel: '2' });
    expect(story.until(100).lines).toEqual(['30s active door.held_open 1', '50s active door.held_open 2']);
  });

  it('in a drill does not touch the real door', () => {
    const story = new Story().tell(0, 'door.opened').tell(5, 'door.closed', { exercise: true }).until(30);
    expect(story.lines).toEqual(['30s active door.held_open']);
    expect(story.alerts[0]?.exercise).toBe(false);
  });
});
