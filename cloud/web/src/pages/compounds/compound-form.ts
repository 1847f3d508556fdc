import type { Compound, CompoundDraft } from '../../api/admin-types.js';

export interface CompoundForm {
  id: string;
  name: string;
  siteClass: Compound['siteClass'];
  purpose: string;
  timezone: string;
  contact: string;
  purposes: string[];
  restrictedToManagers: boolean;
  /** Empty: the standard one. */
  playbook: string;
}

/** A new compound, with what most compounds want. */
export function emptyForm(): CompoundForm {
  return {
    id: '',
    name: '',
    siteClass: 'art9',
    purpose: 'public-safety',
    timezone: 'Asia/Shanghai',
    contact: '',
    purposes: ['public-safety'],
    restrictedToManagers: false,
    playbook: '',
  };
}

export function formOf(compound: CompoundDraft): CompoundForm {
  const { id, name, siteClass, purpose, timezone, notice, restrictedToManagers, playbook } = compound;
  return {
    id,
    name,
    siteClass,
    purpose,
    timezone,
    contact: notice.contact,
    purposes: [...notice.purposes],
    restrictedToManagers,
    playbook: playbook ?? '',
  };
}

export function compoundOf(form: CompoundForm): CompoundDraft {
  return {
    id: form.id.trim(),
    name: form.name.trim(),
    siteClass: form.siteClass,
    purpose: form.purpose,
    timezone: form.timezone.trim(),
    notice: { contact: form.contact.trim(), purposes: form.purposes },
    restrictedToManagers: form.restrictedToManagers,
    playbook: form.playbook === '' ? null : form.playbook,
  };
}

export type CompoundFault = 'id' | 'name' | 'contact';

/** undefined where the form can be sent. */
export function compoundFault(form: CompoundForm): CompoundFault | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(form.id.trim())) return 'id';
  if (form.name.trim() === '') return 'name';
  if (form.contact.trim() === '') return 'contact';
  return undefined;
}
