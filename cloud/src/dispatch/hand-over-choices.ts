import type { Localized } from '@angrid/contract';
import type { CloudTransaction } from '../database.js';
import type { Playbook } from '../playbooks/playbook.js';
import type { Target } from '../playbooks/routing.js';
import { type Governance, playbookOf } from '../playbooks/governance.js';
import { loadMatters } from './load-matters.js';
import type { Matter } from './matter.js';
import { mayReach, recipientsOf } from './recipients.js';

/** Whom a matter may be handed over to, as its page offers it. */
export interface HandOverChoice {
  readonly to: Target;
  readonly name: Localized;
  /** Path of the unit. */
  readonly unit: string | null;
}

/** The duties and departments of the playbook, of the unit and of the one above, that may be reached. */
export async function handOverChoices(
  trx: CloudTransaction,
  incident: string,
  governance: Governance,
): Promise<readonly HandOverChoice[]> {
  const [matter] = await loadMatters(trx, [incident]);
  if (!matter || matter.over) return [];
  return choicesOf(playbookOf(governance, matter.playbook), matter);
}

export function choicesOf(playbook: Playbook, matter: Matter): readonly HandOverChoice[] {
  const units = matter.own.length > 1 ? (['own', 'parent'] as const) : (['own'] as const);
  return units.flatMap((unit) => {
    const duties = Object.entries(playbook.duties).map(([duty, { name }]) => ({ to: { duty, unit }, name }));
    const offices = Object.entries(playbook.departments).map(([department, { name }]) => ({
      to: { department, unit },
      name,
    }));
    return [...duties, ...offices].flatMap((choice) => {
      const [recipient] = recipientsOf(playbook, choice.to, matter, undefined);
      return recipient && mayReach(matter, recipient) ? [{ ...choice, unit: recipient.unit }] : [];
    });
  });
}
