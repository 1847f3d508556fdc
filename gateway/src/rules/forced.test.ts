import { describe, expect, it } from '@jest/globals';
import { at, event, Story } from './timeline.fixture.js';

describe('a forced door', () => {
  it('is an alert at once, and ends when that door is closed', () => {
    const story = new Story().tell(5, 'door.forced', { channel: '1' }).tell(20, 'door.closed', { channel: '2' });
    expect(story.tell(30, 'door.closed', { channel: '1' }).until(60).lines).toEqual([
      '5s active door.forced 1',
      '30s cleared door.forced 1',
    ]);
    expect(story.alerts[0]).toMatchObject({ severity: 2, rule: 'forced@1' });
  });

  it('that is told again within five minutes is the same alert', () => {
    const story = new Story().tell(0, 'door.forced').tell(200, 'door.forced').tell(450, 'door.forced').until(500);
    expect(story.lines).toEqual(['0s active door.forced']);
  });

  it('that is told again much later is a new one, even where no contact ever says that it was closed', () => {
    const story = new Story().tell(0, 'door.forced').tell(400, 'door.forced').until(500);
    expect(story.lines).toEqual(['0s active door.forced', '400s cleared door.forced', '400s active door.forced']);
  });

  it('stays an alert for as long as nobody closes it', () => {
    const story = new Story().tell(0, 'door.forced').until(3600);
    expect(story.lines).toEqual(['0s active door.forced']);
  });

  it('in a drill neither hides nor ends the real one', () => {
    const story = new Story().tell(0, 'door.forced', { exercise: true }).tell(10, 'door.forced');
    story.tell(20, 'door.closed', { exercise: true }).until(30);
    expect(story.alerts.map(({ state, exercise }) => `${state} ${exercise}`)).toEqual([
      'active true',
      'active false',
      'cleared true',
    ]);
  });

  it('does not end by a closing that lies before it and is told behind it', () => {
    const story = new Story().tell(5, 'door.forced', { channel: '1' });
    story.step({ event: event('door.closed', at(4), { channel: '1' }) });
    expect(story.lines).toEqual(['5s active door.forced 1']);
    expect(story.step({ event: event('door.closed', at(5), { channel: '1' }) }).lines).toHaveLength(2);
  });
});
