import { describe, expect, it } from '@jest/globals';
import { Story } from './timeline.fixture.js';

const DAY = 86_400;

describe('a low battery', () => {
  it('is one alert until it is restored, however often it is told', () => {
    const story = new Story()
      .tell(0, 'power.battery_low')
      .skip(2 * DAY)
      .tell(2 * DAY, 'power.battery_low');
    story.tell(2 * DAY + 5, 'power.battery_restored').tell(2 * DAY + 9, 'power.battery_low');
    expect(story.lines).toEqual([
      '0s active power.battery_low',
      `${2 * DAY + 5}s cleared power.battery_low`,
      `${2 * DAY + 9}s active power.battery_low`,
    ]);
  });

  it('is over by the state that a device reports when it connects', () => {
    const story = new Story().tell(0, 'power.battery_low').report(9, 'power.battery_low', false);
    expect(story.lines).toEqual(['0s active power.battery_low', '9s cleared power.battery_low']);
  });

  it('of a device that never says so is over after thirty quiet days', () => {
    const story = new Story().tell(0, 'power.battery_low').skip(30 * DAY);
    expect(story.lines).toEqual(['0s active power.battery_low']);
    expect(story.skip(30 * DAY + 1).lines).toHaveLength(2);
  });
});
