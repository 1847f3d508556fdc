import { type Addressee, mayConfirm } from '../dispatch/addressees.js';
import type { IncidentState } from '../schema.js';
import type { AccountRole } from '../schema-people.js';
import { type IncidentAction, incidentActions, stateAfter } from './incident-states.js';

const everybody: readonly AccountRole[] = ['property-manager', 'police', 'grid-member'];
const deciders: readonly AccountRole[] = ['property-manager', 'police'];

/** Whose work an action is. `confirm` is decided by mayConfirm. */
const rolesOf: Readonly<Record<Exclude<IncidentAction, 'confirm'>, readonly AccountRole[]>> = {
  acknowledge: everybody,
  assign: deciders,
  accept: everybody,
  resolve: everybody,
  close: deciders,
  return: everybody,
  'call-back': deciders,
  'false-alarm': deciders,
  'hand-over': everybody,
  note: everybody,
};

export interface ActedOn {
  readonly state: IncidentState;
  /** Two sources agree, or a person has said so. */
  readonly confirmed: boolean;
}

/** What this person may do with the incident as it is now. */
export function allowedActions(incident: ActedOn, person: Addressee): readonly IncidentAction[] {
  return incidentActions.filter((action) => isAllowed(incident, action, person));
}

export function isAllowed({ state, confirmed }: ActedOn, action: IncidentAction, person: Addressee): boolean {
  if (stateAfter(state, action) === undefined) return false;
  if (action === 'confirm') return !confirmed && everybody.includes(person.role) && mayConfirm(person);
  return rolesOf[action].includes(person.role);
}
