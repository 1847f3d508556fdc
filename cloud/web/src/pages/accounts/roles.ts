import type { Localized } from '@angrid/contract';
import type { AccountDraft } from '../../api/admin-types.js';
import type { Role } from '../../api/types.js';

export const roles: readonly Role[] = [
  'property-manager',
  'police',
  'grid-member',
  'installer',
  'auditor',
  'administrator',
];

interface PlaybookDuty {
  readonly id: string;
  readonly name: Localized;
  readonly heldBy: readonly string[];
}

/** Duties that a role may hold, as the playbooks name them, the registrar, and what the account holds already. */
export function dutiesFor(
  role: Role,
  known: readonly PlaybookDuty[],
  held: readonly string[],
): readonly { readonly id: string; readonly name?: Localized }[] {
  const named = known.filter(({ id, heldBy }) => heldBy.includes(role) || held.includes(id));
  const others = ['registrar', ...held].filter((id) => named.every((duty) => duty.id !== id));
  return [...named, ...[...new Set(others)].map((id) => ({ id }))];
}

export type ScopeKind = 'compounds' | 'units' | 'everything';

/** What bounds a role's sight. */
export function scopeOf(role: Role): ScopeKind {
  switch (role) {
    case 'property-manager':
    case 'installer':
      return 'compounds';
    case 'police':
    case 'grid-member':
      return 'units';
    case 'administrator':
    case 'auditor':
      return 'everything';
  }
}

export const LOGIN = /^[a-z0-9][a-z0-9._-]{1,63}$/;

export type DraftFault = 'login' | 'label' | 'scope';

/** undefined where the draft can be sent. */
export function draftFault(draft: AccountDraft): DraftFault | undefined {
  if (!LOGIN.test(draft.login)) return 'login';
  if (draft.label.trim() === '') return 'label';
  const scope = scopeOf(draft.role);
  if (scope === 'compounds' && draft.compounds.length === 0) return 'scope';
  if (scope === 'units' && draft.unitPaths.length === 0) return 'scope';
  return undefined;
}

/** Without what the role does not use. */
export function tidied(draft: AccountDraft): AccountDraft {
  const scope = scopeOf(draft.role);
  return {
    ...draft,
    login: draft.login.trim(),
    label: draft.label.trim(),
    compounds: scope === 'compounds' ? draft.compounds : [],
    unitPaths: scope === 'units' ? draft.unitPaths : [],
  };
}

/** The address that a one-time link opens: the secret stands behind the #. */
export function linkAddress(origin: string, link: string): string {
  return /^https?:/.test(link) ? link : `${origin}/setup#${encodeURIComponent(link)}`;
}
