import type { AccountRole } from '../schema-people.js';
import type { Recipient } from './recipients.js';

export interface Addressee {
  readonly id: string;
  readonly role: AccountRole;
  readonly duties: readonly string[];
  /** Empty: not held to units. */
  readonly unitPaths: readonly string[];
}

/** Whom a leg is for. */
export interface LegAddress extends Pick<Recipient, 'kind' | 'id' | 'unit' | 'openTo'> {
  /** On duty by the roster, or in the exercise; empty: every holder. */
  readonly accounts: readonly string[];
}

/** Held beside others: who is named for these only may still be any officer or manager. */
const besides: readonly string[] = ['confirmer', 'station-desk'];

/** Whether a leg is this person's matter. */
export function isAddressee({ kind, id, unit, openTo, accounts }: LegAddress, person: Addressee): boolean {
  if (accounts.length > 0) return accounts.includes(person.id);
  if (!answersFor(person, unit)) return false;
  if (kind === 'department') return false;
  if (kind === 'unit') return openTo.includes(person.role);
  const unnamed = person.duties.every((duty) => besides.includes(duty));
  return person.duties.includes(id) || (unnamed && openTo.includes(person.role));
}

/** Who is responsible for a unit is so for those below it. */
function answersFor({ unitPaths }: Addressee, unit: string | null): boolean {
  return unit === null || unitPaths.length === 0 || unitPaths.some((path) => `${unit}/`.startsWith(`${path}/`));
}

/** Who may say that an unconfirmed signal is real. */
export function mayConfirm(person: Pick<Addressee, 'role' | 'duties'>): boolean {
  return person.role === 'property-manager' || person.role === 'police' || person.duties.includes('confirmer');
}
