import { describe, expect, it } from '@jest/globals';
import { Story, settings } from './timeline.fixture.js';

const story = (): Story => new Story(settings, 90);

describe('a device that goes offline', () => {
  it('by silence is an alert after the profile’s time and the site’s grace', () => {
    const told = story().hear(5, 'heartbeat').hear(35, 'heartbeat').until(300);
    expect(told.lines).toEqual(['135s active health.offline']);
    expect(told.alerts[0]).toMatchObject({ severity: 3, since: { monotonicMs: 35_000 }, rule: 'device-offline@1' });
  });

  it('is alive by anything that it sends, late records too', () => {
    const told = story().hear(0, 'heartbeat').tell(80, 'access.granted').tell(160, 'door.opened', { late: true });
    expect(told.until(259).lines).toEqual([]);
    expect(told.until(260).lines).toEqual(['260s active health.offline']);
  });

  it('is not alive by a drill', () => {
    expect(story().hear(0, 'heartbeat').tell(80, 'access.granted', { exercise: true }).until(120).lines).toEqual([
      '100s active health.offline',
    ]);
  });

  it('by its last will is an alert after the grace', () => {
    expect(story().hear(0, 'online').hear(20, 'offline').until(60).lines).toEqual(['30s active health.offline']);
  });

  it('and comes back within the grace is nothing', () => {
    expect(story().hear(0, 'online').hear(20, 'offline').hear(28, 'online').until(60).lines).toEqual([]);
  });

  it('is back when it has stayed for as long as the grace', () => {
    const told = story().hear(0, 'online').hear(20, 'offline').hear(100, 'online').until(150);
    expect(told.lines).toEqual(['30s active health.offline', '110s cleared health.offline']);
  });

  it('and comes and goes is one alert', () => {
    const told = story().hear(0, 'online');
    for (let second = 20; second < 200; second += 20) told.hear(second, 'offline').hear(second + 15, 'online');
    expect(told.until(250).lines).toEqual(['30s active health.offline', '205s cleared health.offline']);
  });

  it('was never there is not offline, but new', () => {
    expect(story().until(1000).lines).toEqual([]);
  });

  it('gets its full time when the gateway starts: it could not be heard before', () => {
    const told = story().hear(0, 'heartbeat').until(60).restart().until(159);
    expect(told.lines).toEqual([]);
    expect(told.until(160).lines).toEqual(['160s active health.offline']);
  });

  it('is the same alert over a restart', () => {
    const told = story().hear(0, 'heartbeat').until(150).restart().until(400);
    expect(told.lines).toEqual(['100s active health.offline']);
    expect(told.hear(400, 'heartbeat').until(420).lines).toHaveLength(2);
  });

  it('without a heartbeat in its profile is offline only when its connection says so', () => {
    const told = new Story(settings).hear(0, 'online').until(5000);
    expect(told.lines).toEqual([]);
    expect(told.hear(5000, 'offline').until(5020).lines).toEqual(['5010s active health.offline']);
  });
});
