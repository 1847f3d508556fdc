import { describe, expect, it } from '@jest/globals';
import { Story } from './timeline.fixture.js';

const card = { pseudonym: 'card-a', channel: '1' };

describe('repeated denial', () => {
  it('is three denials of one credential within a minute', () => {
    const story = new Story()
      .tell(0, 'access.denied', card)
      .tell(20, 'access.denied', card)
      .tell(59, 'access.denied', card);
    expect(story.lines).toEqual(['59s active access.repeated_denial 1']);
    expect(story.alerts[0]).toMatchObject({ severity: 3, since: { monotonicMs: 0 }, rule: 'repeated-denial@1' });
    expect(story.alerts[0]?.events).toHaveLength(3);
  });

  it('is not three within more than a minute', () => {
    const story = new Story()
      .tell(0, 'access.denied', card)
      .tell(30, 'access.denied', card)
      .tell(61, 'access.denied', card);
    expect(story.lines).toEqual([]);
  });

  it('is not three credentials at one door', () => {
    const story = new Story();
    for (const [second, pseudonym] of ['a', 'b', 'c'].entries())
      story.tell(second, 'access.denied', { pseudonym, channel: '1' });
    expect(story.lines).toEqual([]);
  });

  it('is one credential at three doors of a panel', () => {
    const story = new Story();
    for (const [second, channel] of ['1', '2', '3'].entries())
      story.tell(second, 'access.denied', { pseudonym: 'a', channel });
    expect(story.lines).toEqual(['2s active access.repeated_denial 3']);
  });

  it('counts by door where the panel names no credential', () => {
    const story = new Story();
    for (const second of [0, 1, 2])
      story.tell(second, 'access.denied', { channel: '1' }).tell(second, 'access.denied', { channel: `x${second}` });
    expect(story.lines).toEqual(['2s active access.repeated_denial 1']);
  });

  it('goes on as one alert while it goes on, and ends after five quiet minutes', () => {
    const story = new Story();
    for (let second = 0; second < 12; second += 1) story.tell(second, 'access.denied', card);
    expect(story.until(400).lines).toEqual([
      '2s active access.repeated_denial 1',
      '303s cleared access.repeated_denial 1',
    ]);
  });

  it('keeps a pseudonym for as long as the window, and not in its alerts', () => {
    const story = new Story().tell(0, 'access.denied', card).until(60);
    expect(JSON.stringify(story.state)).toContain('card-a');
    expect(JSON.stringify(story.until(61).state)).not.toContain('card-a');
    story.tell(70, 'access.denied', card).tell(71, 'access.denied', card).tell(72, 'access.denied', card);
    expect(JSON.stringify([story.state, story.alerts])).not.toContain('card-a');
  });

  it('forgets pseudonyms when the box restarts', () => {
    const story = new Story().tell(0, 'access.denied', card).tell(1, 'access.denied', card).reboot('boot-2').until(2);
    expect(JSON.stringify(story.state)).not.toContain('card-a');
  });

  it('of records that come late is none', () => {
    const story = new Story();
    for (const second of [0, 1, 2, 3]) story.tell(second, 'access.denied', { ...card, late: true });
    expect(story.lines).toEqual([]);
  });
});
