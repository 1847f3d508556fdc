import { describe, expect, it } from '@jest/globals';
import { Story } from './timeline.fixture.js';

describe('a device that floods', () => {
  it('is one alert until a minute without', () => {
    const story = new Story();
    for (let second = 5; second <= 100; second += 1) story.loud(second);
    expect(story.until(160).lines).toEqual(['5s active health.storm']);
    expect(story.until(161).lines).toEqual(['5s active health.storm', '161s cleared health.storm']);
    expect(story.alerts[0]).toMatchObject({ severity: 4, rule: 'loud@1' });
  });

  it('asks for a write a second at the most', () => {
    const story = new Story().loud(5);
    const { state } = story;
    expect(story.loud(5).state).toBe(state);
    expect(story.loud(6).state).not.toBe(state);
  });
});
