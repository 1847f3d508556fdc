import { describe, expect, it } from '@jest/globals';
import { settingsWith, Story } from './timeline.fixture.js';

const watched = settingsWith({ flapping: { on: true, changes: 4, withinSeconds: 100, calmSeconds: 120 } });

/** Gone and back so often, `away` seconds each time, one going every `every` seconds from second 10 on. */
function comeAndGo(story: Story, { times, every, away = 5 }: { times: number; every: number; away?: number }): Story {
  story.hear(0, 'online');
  for (let n = 0; n < times; n += 1) story.hear(10 + n * every, 'offline').hear(10 + n * every + away, 'online');
  return story;
}

describe('a device that flaps', () => {
  it('is one alert from the change that is too many until it is calm', () => {
    const story = comeAndGo(new Story(watched), { times: 6, every: 20 }).until(400);
    expect(story.lines).toEqual(['35s active health.flapping', '235s cleared health.flapping']);
    expect(story.alerts[0]).toMatchObject({ severity: 4, rule: 'flapping@1', since: { monotonicMs: 10_000 } });
  });

  it('once less is none', () => {
    expect(comeAndGo(new Story(watched), { times: 1, every: 20 }).hear(50, 'offline').until(55).lines).toEqual([]);
  });

  it('so slowly that the window forgets is none', () => {
    expect(comeAndGo(new Story(watched), { times: 6, every: 99, away: 9 }).until(900).lines).toEqual([]);
  });

  it('may flap anew, and that is another alert', () => {
    const story = comeAndGo(new Story(watched), { times: 2, every: 20 }).until(300);
    for (const second of [300, 320]) story.hear(second, 'offline').hear(second + 5, 'online');
    expect(story.until(600).lines).toEqual([
      '35s active health.flapping',
      '155s cleared health.flapping',
      '325s active health.flapping',
      '445s cleared health.flapping',
    ]);
    expect(story.alerts[2]?.key).not.toBe(story.alerts[0]?.key);
  });

  it('and stays away is offline when it has been away for as long as the calm', () => {
    const story = comeAndGo(new Story(watched), { times: 2, every: 20 }).hear(50, 'offline').until(400);
    expect(story.lines).toEqual([
      '35s active health.flapping',
      '170s cleared health.flapping',
      '170s active health.offline',
    ]);
  });

  it('by silence counts each time that it is heard again', () => {
    const story = new Story(
      settingsWith({ flapping: { on: true, changes: 3, withinSeconds: 3600, calmSeconds: 900 } }),
      30,
    );
    for (const second of [0, 60, 120, 180]) story.hear(second, 'heartbeat').hear(second + 12, 'heartbeat');
    expect(story.lines).toContain('180s active health.flapping');
    expect(story.lines.filter((line) => line.includes('flapping'))).toHaveLength(1);
  });

  it('by the gateway’s own restarts is none', () => {
    const story = new Story(watched).hear(0, 'online');
    for (let second = 10; second < 90; second += 10) {
      story
        .hear(second, 'offline')
        .restart()
        .hear(second + 1, 'online');
    }
    expect(story.until(200).lines).toEqual([]);
  });

  it('is not watched where the site does not ask', () => {
    expect(comeAndGo(new Story(), { times: 9, every: 12 }).until(900).lines).toEqual([]);
  });
});
