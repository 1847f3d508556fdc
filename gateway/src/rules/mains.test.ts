import { describe, expect, it } from '@jest/globals';
import { settingsWith, Story } from './timeline.fixture.js';

const slow = settingsWith({ mains: { on: true, lostForSeconds: 5, backForSeconds: 30 } });

describe('the mains', () => {
  it('away for as long as the site says are an alert, until they are back for as long', () => {
    const story = new Story(slow).tell(10, 'power.mains_lost').until(14);
    expect(story.lines).toEqual([]);
    story.tell(60, 'power.mains_restored').until(200);
    expect(story.lines).toEqual(['15s active power.mains_lost', '90s cleared power.mains_lost']);
    expect(story.alerts[0]).toMatchObject({ severity: 3, rule: 'mains@1', since: { monotonicMs: 10_000 } });
  });

  it('that flicker are nothing', () => {
    const story = new Story(slow);
    for (let second = 0; second < 60; second += 6) {
      story.tell(second, 'power.mains_lost').tell(second + 4, 'power.mains_restored');
    }
    expect(story.until(200).lines).toEqual([]);
  });

  it('that come and go are one alert', () => {
    const story = new Story(slow).tell(0, 'power.mains_lost');
    for (let second = 10; second < 200; second += 20) {
      story.tell(second, 'power.mains_restored').tell(second + 10, 'power.mains_lost');
    }
    story.tell(300, 'power.mains_restored').until(400);
    expect(story.lines).toEqual(['5s active power.mains_lost', '330s cleared power.mains_lost']);
  });

  it('without waiting times are an alert at once, and over at once', () => {
    const story = new Story()
      .tell(1, 'power.mains_lost', { channel: 'a' })
      .tell(2, 'power.mains_restored', { channel: 'a' });
    expect(story.lines).toEqual(['1s active power.mains_lost a', '2s cleared power.mains_lost a']);
  });

  it('go on being timed over a restart', () => {
    const story = new Story(slow).tell(0, 'power.mains_lost').until(3).restart().until(20);
    expect(story.lines).toEqual(['5s active power.mains_lost']);
    expect(story.tell(30, 'power.mains_restored').until(40).reboot('boot-2').until(70).lines).toEqual([
      '5s active power.mains_lost',
      '60s cleared power.mains_lost',
    ]);
  });

  it('are over, and no longer timed, by the state that a device reports', () => {
    const story = new Story(slow).tell(0, 'power.mains_lost').report(3, 'power.mains_lost', false).until(60);
    expect(story.lines).toEqual([]);
    story.tell(100, 'power.mains_lost').until(110).report(111, 'power.mains_lost', false).until(300);
    expect(story.lines).toEqual(['105s active power.mains_lost', '111s cleared power.mains_lost']);
  });

  it('in a drill are a drill: at once, and by itself', () => {
    const story = new Story(slow).tell(0, 'power.mains_lost', { exercise: true }).until(400);
    expect(story.lines).toEqual(['0s active power.mains_lost', '301s cleared power.mains_lost']);
  });
});
