import type { IncidentState } from '../schema.js';

/** Nobody is called to it any more, and no alert joins it: what follows is another matter. */
export const settledStates: readonly IncidentState[] = ['resolved', 'called-back', 'closed'];

export function isSettled(state: IncidentState): boolean {
  return settledStates.includes(state);
}
