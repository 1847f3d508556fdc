import { alertItemSchema } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import type { SiteFacts } from '../normalise/index.js';
import { alertDraft } from './index.js';
import { Story } from './timeline.fixture.js';

const facts: SiteFacts = {
  gateway: 'gw-1',
  siteClass: 'art9',
  purpose: 'public-safety',
  timezone: 'UTC',
  pseudonym: (value) => value,
};

const itemOf = (story: Story) =>
  story.alerts.map((alert) =>
    alertItemSchema.parse({ bootepoch: 1, sequence: 1, ...JSON.parse(alertDraft(alert, 'door-1', facts).json) }),
  );

describe('duress', () => {
  it('is an alert at once that is marked silent, and no other alert is', () => {
    const story = new Story().tell(1, 'access.duress').tell(2, 'sos.raised').tell(3, 'door.forced');
    expect(itemOf(story).map(({ data }) => [data.kind, data.rule, data.severity, data.silent])).toEqual([
      ['access.duress', 'duress@1', 1, true],
      ['sos.raised', 'direct@1', 1, undefined],
      ['door.forced', 'forced@1', 2, undefined],
    ]);
  });

  it('is silent in a drill too, so that a drill shows what the real thing would', () => {
    expect(itemOf(new Story().tell(1, 'access.duress', { exercise: true }))[0]?.data.silent).toBe(true);
  });

  it('is told anew after five quiet minutes, and ended by no machine', () => {
    const story = new Story()
      .tell(0, 'access.duress')
      .tell(299, 'access.duress')
      .tell(900, 'access.duress')
      .until(2000);
    expect(story.lines).toEqual(['0s active access.duress', '900s active access.duress']);
  });
});
