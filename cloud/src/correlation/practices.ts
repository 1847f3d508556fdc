import { type Governance, playbookOf } from '../playbooks/governance.js';
import type { Playbook } from '../playbooks/playbook.js';

/** What people may do under a playbook besides the usual steps. */
export interface Practices {
  /** Who has taken it keeps it: nobody else takes it over without its being passed on. */
  readonly firstAsked: boolean;
  /** Duties that may call several units together; none where the playbook knows no consultation. */
  readonly consultedBy: readonly string[];
  /** Duties that may set a unit a deadline to put something right. */
  readonly rectifiedBy: readonly string[];
}

export const noPractices: Practices = { firstAsked: false, consultedBy: [], rectifiedBy: [] };

/** @param playbook id@version, as the incident keeps it. */
export function practicesOf(playbook: string | null, governance: Governance): Practices {
  const [id] = (playbook ?? '').split('@');
  if (id === undefined || id === '') return noPractices;
  return governance.playbooks.has(id) ? practicesIn(playbookOf(governance, id)) : noPractices;
}

export function practicesIn({ firstAsked, consultation, rectification }: Playbook): Practices {
  return { firstAsked, consultedBy: consultation?.calledBy ?? [], rectifiedBy: rectification?.orderedBy ?? [] };
}
