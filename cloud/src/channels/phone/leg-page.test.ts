import { describe, expect, it } from '@jest/globals';
import { isPossible, phoneActions } from './leg-page.js';

type Link = Parameters<typeof isPossible>[0];

function of(legState: Link['legState'], incidentState: Link['incidentState'], owned = false): Link {
  return { legState, incidentState, owned };
}

describe('who has a card’s link', () => {
  it.each([
    ['first says that it is seen', of('sent', 'open'), ['acknowledge']],
    ['may then take what nobody has taken', of('sent', 'acknowledged'), ['acknowledge', 'accept']],
    ['may give back what was assigned', of('sent', 'assigned'), ['acknowledge', 'accept', 'return']],
    ['may give back what was taken by this link', of('accepted', 'accepted'), ['return']],
    ['takes nothing over, and gives nothing back that another has taken', of('sent', 'accepted'), ['acknowledge']],
    ['gives nothing back that an owner has at the console', of('accepted', 'accepted', true), []],
    ['has nothing to do with what is over', of('sent', 'closed'), []],
  ])('%s', (_, link, actions) => {
    expect(phoneActions.filter((action) => isPossible(link, action))).toEqual(actions);
  });
});
