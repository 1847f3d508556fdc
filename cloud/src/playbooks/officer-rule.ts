import type { Playbook } from './playbook.js';
import { IN_CHARGE, type MatterSource, type Target } from './routing.js';

/** A leg to it is an officer's task: an officer's duty or department, or a group that holds one. */
export function isOfficerTask(playbook: Playbook, to: Target, category: string): boolean {
  const officer = (duty: string): boolean => playbook.duties[duty]?.officer === true;
  if ('duty' in to) return officer(to.duty);
  if ('group' in to) return (playbook.groups[to.group]?.duties ?? []).some(officer);
  const department = to.department === IN_CHARGE ? playbook.categories[category]?.department : to.department;
  return department !== undefined && playbook.departments[department]?.officer === true;
}

/**
 * The rule above every playbook: an unconfirmed signal of a device never becomes an officer's task. To be asked again
 * before each leg and each rung, with what is known then.
 */
export function mayBeCalled(
  playbook: Playbook,
  to: Target,
  matter: { readonly source: MatterSource; readonly confirmed: boolean; readonly category: string },
): boolean {
  return matter.source !== 'device' || matter.confirmed || !isOfficerTask(playbook, to, matter.category);
}
