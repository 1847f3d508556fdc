import type { Duty, Playbook } from '../playbooks/playbook.js';
import { IN_CHARGE, type Target, type UnitReference } from '../playbooks/routing.js';
import type { AccountRole } from '../schema-people.js';
import type { Matter } from './matter.js';

/** Whom one push is for: the holders of a duty, or a department, of a unit; or all of a unit. */
export interface Recipient {
  readonly kind: 'duty' | 'department' | 'unit';
  readonly id: string;
  /** Path of the unit; null where the matter is linked to none. */
  readonly unit: string | null;
  /** A leg to it is an officer's task. */
  readonly officer: boolean;
  /** May be told what is restricted. `managers`: where all property managers of the compound may. */
  readonly entitled: 'yes' | 'managers' | 'no';
  /** Roles whose accounts hold the duty also where they are named for none. */
  readonly openTo: readonly AccountRole[];
}

/** Goes out when called, also where a playbook forgets to say so. A duty that no playbook knows is taken for one, too. */
const officersAlways: readonly string[] = ['handling-officer', 'responsible-officer'];

/** Whom a target of the playbook means in this matter; none where the tree has no such unit or no department is named. */
export function recipientsOf(
  playbook: Playbook,
  to: Target,
  matter: Matter,
  inCharge: string | undefined,
): readonly Recipient[] {
  const unit = unitOf(to.unit, matter);
  if (unit === undefined) return [];
  if ('duty' in to) return [dutyRecipient(playbook, to.duty, unit)];
  if ('group' in to)
    return (playbook.groups[to.group]?.duties ?? []).map((duty) => dutyRecipient(playbook, duty, unit));
  const department = to.department === IN_CHARGE ? inCharge : to.department;
  if (department === undefined) return [];
  return [departmentRecipient(playbook, department, unit)];
}

function departmentRecipient(playbook: Playbook, id: string, unit: string | null): Recipient {
  const officer = playbook.departments[id]?.officer ?? true;
  return { kind: 'department', id, unit, officer, entitled: 'no', openTo: [] };
}

function dutyRecipient(playbook: Playbook, id: string, unit: string | null): Recipient {
  const duty = playbook.duties[id];
  const officer = officersAlways.includes(id) || (duty?.officer ?? true);
  const open = duty?.unnamed === 'all' ? duty.heldBy : [];
  // A grid member is an officer only by name.
  const openTo = officer ? open.filter((role) => role === 'police') : open;
  return { kind: 'duty', id, unit, officer, entitled: entitlement(id, duty), openTo };
}

function entitlement(id: string, duty: Duty | undefined): Recipient['entitled'] {
  if (id === 'confirmer' || duty?.heldBy.includes('police') === true) return 'yes';
  return duty?.heldBy.includes('property-manager') === true ? 'managers' : 'no';
}

/** Who was told before, as the playbook sees them now. */
export function recipientAt(
  playbook: Playbook,
  { kind, id, unit }: Pick<Recipient, 'kind' | 'id' | 'unit'>,
): Recipient {
  switch (kind) {
    case 'duty':
      return dutyRecipient(playbook, id, unit);
    case 'department':
      return departmentRecipient(playbook, id, unit);
    case 'unit':
      return wholeUnit(unit);
  }
}

/** Everybody of a unit, as in a call for rectification. */
export function wholeUnit(unit: string | null): Recipient {
  return {
    kind: 'unit',
    id: 'unit',
    unit,
    officer: true,
    entitled: 'no',
    openTo: ['police', 'grid-member', 'property-manager'],
  };
}

/** The unit that a reference means; undefined where there is none, null where the matter is linked to none. */
function unitOf(reference: UnitReference, { own, territory }: Matter): string | null | undefined {
  if (own.length === 0 && territory.length === 0) return null;
  const from = own.length === 0 ? territory : own;
  if (reference === 'own') return from.at(-1)?.path;
  if (reference === 'parent') return from.at(-2)?.path;
  if (reference === 'territory') return (territory.length === 0 ? own : territory).at(-1)?.path;
  return from.filter(({ level }) => level <= reference.level).at(-1)?.path;
}

/**
 * The two rules above every playbook, asked again before each leg and each rung with what is known then: an unconfirmed
 * signal of a device is no officer's task, and what is restricted is told to the entitled only.
 */
export function mayReach(
  { source, confirmed, restricted, managersEntitled }: Matter,
  { officer, entitled }: Recipient,
): boolean {
  if (officer && source === 'device' && !confirmed) return false;
  return !restricted || entitled === 'yes' || (entitled === 'managers' && managersEntitled);
}
