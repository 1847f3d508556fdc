import { told } from './told.js';

/**
 * Somebody opens a door under threat. The alert is silent: it is shown to those entitled, and to the device it looks
 * like any passage, answer for answer. It has no switch, and no machine ends it.
 */
export const duress = told({ name: 'duress@1', kinds: ['access.duress'] });
