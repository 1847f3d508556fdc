import { describe, expect, it } from '@jest/globals';
import { settingsWith, Story } from './timeline.fixture.js';

const watched = settingsWith({ deniedThenGranted: { on: true, denials: 1, withinSeconds: 10 } });
const a = { pseudonym: 'card-a', channel: '1' };
const b = { pseudonym: 'card-b', channel: '1' };

describe('denied, then granted', () => {
  it('supports other alerts when another credential opens the door within seconds', () => {
    const story = new Story(watched).tell(0, 'access.denied', a).tell(10, 'access.granted', b);
    expect(story.lines).toEqual(['10s active access.denied_then_granted 1']);
    expect(story.alerts[0]).toMatchObject({ severity: 4, rule: 'denied-then-granted@1', since: { monotonicMs: 0 } });
    expect(story.alerts[0]?.events).toHaveLength(2);
    expect(story.until(400).lines).toHaveLength(2);
  });

  it('is nothing when the seconds are over', () => {
    expect(new Story(watched).tell(0, 'access.denied', a).tell(11, 'access.granted', b).lines).toEqual([]);
  });

  it('is nothing for one who is let in at the second try', () => {
    expect(new Story(watched).tell(0, 'access.denied', a).tell(2, 'access.granted', a).lines).toEqual([]);
  });

  it('is nothing at another door', () => {
    const other = { ...b, channel: '2' };
    expect(new Story(watched).tell(0, 'access.denied', a).tell(2, 'access.granted', other).lines).toEqual([]);
  });

  it('is nothing where it is not known whether it is another', () => {
    const nobody = { channel: '1' };
    expect(new Story(watched).tell(0, 'access.denied', nobody).tell(2, 'access.granted', b).lines).toEqual([]);
    expect(new Story(watched).tell(0, 'access.denied', a).tell(2, 'access.granted', nobody).lines).toEqual([]);
  });

  it('takes as many refusals as the site says', () => {
    const twice = settingsWith({ deniedThenGranted: { on: true, denials: 2, withinSeconds: 10 } });
    const story = new Story(twice).tell(0, 'access.denied', a).tell(2, 'access.granted', b);
    expect(story.lines).toEqual([]);
    expect(story.tell(3, 'access.denied', a).tell(5, 'access.granted', b).lines).toHaveLength(1);
  });

  it('is nothing where the site does not ask, and in what comes late', () => {
    expect(new Story().tell(0, 'access.denied', a).tell(2, 'access.granted', b).lines).toEqual([]);
    const late = new Story(watched).tell(0, 'access.denied', { ...a, late: true });
    expect(late.tell(2, 'access.granted', b).lines).toEqual([]);
  });

  it('keeps pseudonyms for those seconds, and in no alert', () => {
    const brief = settingsWith({
      deniedThenGranted: { on: true, denials: 1, withinSeconds: 10 },
      repeatedDenial: { count: 3, windowSeconds: 1 },
    });
    const story = new Story(brief).tell(0, 'access.denied', a).until(10);
    expect(JSON.stringify(story.state)).toContain('card-a');
    expect(JSON.stringify(story.until(11).state)).not.toContain('card-a');
    story.tell(20, 'access.denied', a).tell(22, 'access.granted', b).until(40);
    expect(story.lines).toHaveLength(1);
    expect(JSON.stringify([story.state, story.alerts])).not.toMatch(/card-/);
  });
});
