import { told } from './told.js';

/**
 * The fire system opens doors. Nothing keeps it back: it has no switch and no hours, is no matter of what it hangs
 * behind, and is never made one with others, however often it is told.
 */
export const fire = told({ name: 'fire@1', kinds: ['fire.input'] });
