import { type Addressee, mayConfirm } from '../dispatch/addressees.js';
import type { IncidentState } from '../schema.js';
import type { AccountRole } from '../schema-people.js';
import { type IncidentAction, incidentActions, stateAfter } from './incident-states.js';
import type { Practices } from './practices.js';

const everybody: readonly AccountRole[] = ['property-manager', 'police', 'grid-member'];
const deciders: readonly AccountRole[] = ['property-manager', 'police'];
const governors: readonly AccountRole[] = ['police', 'grid-member'];

/** Whose work an action is. `confirm` is decided by mayConfirm. */
const rolesOf: Readonly<Record<Exclude<IncidentAction, 'confirm'>, readonly AccountRole[]>> = {
  acknowledge: everybody,
  assign: deciders,
  accept: everybody,
  resolve: everybody,
  close: deciders,
  return: everybody,
  'call-back': deciders,
  reopen: deciders,
  'false-alarm': deciders,
  'hand-over': everybody,
  consult: governors,
  rectify: governors,
  note: everybody,
};

export interface ActedOn {
  readonly state: IncidentState;
  /** Two sources agree, or a person has said so. */
  readonly confirmed: boolean;
  /** Account that has taken it. */
  readonly owner: string | null;
  /** Its alerts have gone over to another one. */
  readonly merged: boolean;
  readonly practices: Practices;
}

/** What this person may do with the incident as it is now. */
export function allowedActions(incident: ActedOn, person: Actor): readonly IncidentAction[] {
  return incidentActions.filter((action) => isAllowed(incident, action, person));
}

type Actor = Pick<Addressee, 'id' | 'role' | 'duties'>;

export function isAllowed(incident: ActedOn, action: IncidentAction, person: Actor): boolean {
  if (stateAfter(incident.state, action) === undefined) return false;
  if (action === 'confirm') return !incident.confirmed && everybody.includes(person.role) && mayConfirm(person);
  return rolesOf[action].includes(person.role) && isOpenTo(incident, action, person);
}

function isOpenTo({ state, owner, merged, practices }: ActedOn, action: IncidentAction, person: Actor): boolean {
  const holdsOne = (duties: readonly string[]): boolean => duties.some((duty) => person.duties.includes(duty));
  if (action === 'consult') return holdsOne(practices.consultedBy);
  if (action === 'rectify') return holdsOne(practices.rectifiedBy);
  if (action === 'reopen') return !merged;
  if (action !== 'accept' || state !== 'accepted') return true;
  return owner === null || (!practices.firstAsked && owner !== person.id);
}
