import { AnGridError } from '@angrid/contract';
import { type Governance, playbookOf } from '../playbooks/governance.js';
import type { Playbook } from '../playbooks/playbook.js';
import type { Appraisal } from '../playbooks/practice.js';

/** A playbook that says how handling is appraised. */
export interface Appraised extends Playbook {
  readonly appraisal: Appraisal;
}

/** @param id the standard playbook where none is named. Throws input.invalid where there is none, or it appraises nothing. */
export function appraisedBy(governance: Governance, id: string | undefined): Appraised {
  const fault = { op: 'appraisal.playbook', subject: id ?? governance.standard };
  const known = id === undefined || governance.playbooks.has(id);
  const playbook = known ? playbookOf(governance, id ?? null) : undefined;
  if (playbook && isAppraised(playbook)) return playbook;
  throw new AnGridError('input.invalid', { ...fault, detail: known ? 'it has no appraisal' : 'there is none' });
}

export function isAppraised(playbook: Playbook): playbook is Appraised {
  return playbook.appraisal !== undefined;
}
