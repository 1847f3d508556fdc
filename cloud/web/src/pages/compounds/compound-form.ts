import type { Compound } from '../../api/admin-types.js';

export interface CompoundForm {
  id: string;
  name: string;
  siteClass: Compound['siteClass'];
  purpose: string;
  timezone: string;
  nightFrom: string;
  nightTo: string;
  heldOpenDay: number;
  heldOpenNight: number;
  denialCount: number;
  denialWindow: number;
  offlineGrace: number;
  contact: string;
  purposes: string[];
}

/** A new compound, with what most compounds want. */
export function emptyForm(): CompoundForm {
  return {
    id: '',
    name: '',
    siteClass: 'art9',
    purpose: 'public-safety',
    timezone: 'Asia/Shanghai',
    nightFrom: '22:00',
    nightTo: '06:00',
    heldOpenDay: 60,
    heldOpenNight: 30,
    denialCount: 3,
    denialWindow: 60,
    offlineGrace: 30,
    contact: '',
    purposes: ['public-safety'],
  };
}

export function formOf({ id, name, siteClass, purpose, timezone, night, rules, notice }: Compound): CompoundForm {
  const [nightFrom = '', nightTo = ''] = night.split('-');
  return {
    id,
    name,
    siteClass,
    purpose,
    timezone,
    nightFrom,
    nightTo,
    heldOpenDay: rules.heldOpenSeconds.day,
    heldOpenNight: rules.heldOpenSeconds.night,
    denialCount: rules.repeatedDenial.count,
    denialWindow: rules.repeatedDenial.windowSeconds,
    offlineGrace: rules.offlineGraceSeconds,
    contact: notice.contact,
    purposes: [...notice.purposes],
  };
}

export function compoundOf(form: CompoundForm): Compound {
  return {
    id: form.id.trim(),
    name: form.name.trim(),
    siteClass: form.siteClass,
    purpose: form.purpose,
    timezone: form.timezone.trim(),
    night: `${form.nightFrom}-${form.nightTo}`,
    rules: {
      heldOpenSeconds: { day: form.heldOpenDay, night: form.heldOpenNight },
      repeatedDenial: { count: form.denialCount, windowSeconds: form.denialWindow },
      offlineGraceSeconds: form.offlineGrace,
    },
    notice: { contact: form.contact.trim(), purposes: form.purposes },
  };
}

export type CompoundFault = 'id' | 'name' | 'night' | 'contact';

/** undefined where the form can be sent. */
export function compoundFault(form: CompoundForm): CompoundFault | undefined {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(form.id.trim())) return 'id';
  if (form.name.trim() === '') return 'name';
  const hour = /^([01]\d|2[0-3]):[0-5]\d$/;
  if (!hour.test(form.nightFrom) || !hour.test(form.nightTo)) return 'night';
  if (form.contact.trim() === '') return 'contact';
  return undefined;
}
