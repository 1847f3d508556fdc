import { AnGridError, type RuleSettings } from '@angrid/contract';
import type { CloudTransaction } from '../database.js';

export interface CompoundView {
  readonly id: string;
  readonly name: string;
  readonly siteClass: 'art7' | 'art9';
  readonly purpose: string;
  readonly timezone: string;
  readonly night: string;
  readonly rules: RuleSettings;
  /** Every property manager sees what is restricted, and not the confirmers alone. */
  readonly restrictedToManagers: boolean;
  /** Id of the playbook by which matters there are handled; null: the standard one. */
  readonly playbook: string | null;
  readonly notice: { readonly contact: string; readonly purposes: readonly string[] };
}

export async function listCompounds(trx: CloudTransaction): Promise<readonly CompoundView[]> {
  return trx
    .selectFrom('compounds')
    .select(['compound_id as id', 'name', 'site_class as siteClass', 'purpose', 'timezone', 'night', 'rules', 'notice'])
    .select(['restricted_to_managers as restrictedToManagers', 'playbook'])
    .orderBy('name')
    .orderBy('compound_id')
    .execute();
}

/** Throws subject.not-found. */
export async function readCompound(trx: CloudTransaction, id: string): Promise<CompoundView> {
  const compound = (await listCompounds(trx)).find((each) => each.id === id);
  if (compound) return compound;
  throw new AnGridError('subject.not-found', { op: 'compounds.read', subject: id });
}
