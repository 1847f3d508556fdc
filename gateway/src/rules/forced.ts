import { endBy } from './alerts.js';
import { occur } from './occurrence.js';
import { type Rule, unchanged } from './rule.js';
import { findActive, slotOf } from './state.js';

const NAME = 'forced@1';

/**
 * A door was forced: an alert at once, until that door is closed. That the door is closed again ends the alert; what
 * became of the person who forced it is a matter of the incident, which only people close. A panel without a door
 * contact never says so: then the next forcing, more than five minutes later, is a new alert.
 */
export const forced: Rule = {
  name: NAME,
  kinds: ['door.forced'],
  hears: ['door.forced', 'door.closed'],
  onEvent(state, event, settings) {
    const { data, exercise } = event.item;
    if (data.kind === 'door.forced') return settings.forced.on ? occur(state, event, NAME) : unchanged(state);
    return endBy(state, findActive(state, 'door.forced', slotOf(data.channel, exercise)), event.item);
  },
};
