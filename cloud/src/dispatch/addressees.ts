import type { LegRole } from '../schema.js';
import type { AccountRole } from '../schema-people.js';

export interface Addressee {
  readonly role: AccountRole;
  readonly duties: readonly string[];
}

export interface LegAddress {
  readonly role: LegRole;
  readonly rung: number;
}

/** The rungs of the ladder that looks for a person to confirm an unconfirmed signal of severity 1. */
export const confirmerRungs = ['confirmers on duty', 'station desk', 'all property managers'] as const;
export const LAST_RUNG = confirmerRungs.length - 1;

/** Whether a leg is this person's matter. Where a station names no officers, each of its police accounts is both. */
export function isAddressee({ role, rung }: LegAddress, person: Addressee): boolean {
  switch (role) {
    case 'property-manager':
      return person.role === 'property-manager';
    case 'confirmer':
      return isConfirmer(rung, person);
    case 'handling-officer':
      return person.role === 'police' && holds(person, 'handling-officer', 'responsible-officer');
    case 'responsible-officer':
      if (person.role === 'grid-member') return person.duties.includes('responsible-officer');
      return person.role === 'police' && holds(person, 'responsible-officer', 'handling-officer');
    case 'four-platforms':
      return false;
  }
}

function isConfirmer(rung: number, person: Addressee): boolean {
  if (rung === 0) return person.duties.includes('confirmer');
  if (rung === 1) return person.role === 'police' && person.duties.includes('station-desk');
  return person.role === 'property-manager';
}

/** Holds the duty, or holds neither of the two. */
function holds({ duties }: Addressee, duty: string, other: string): boolean {
  return duties.includes(duty) || !duties.includes(other);
}

/** Who may say that an unconfirmed signal is real. */
export function mayConfirm(person: Addressee): boolean {
  return person.role === 'property-manager' || person.role === 'police' || person.duties.includes('confirmer');
}
