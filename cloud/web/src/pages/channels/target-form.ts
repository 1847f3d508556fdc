import type { ChannelKind, ChannelTarget, TargetDraft } from '../../api/channel-types.js';

export interface TargetForm {
  channel: ChannelKind;
  name: string;
  address: string;
  secret: string;
  /** Empty: every unit. */
  unitPath: string;
  /** Empty: every duty. */
  duty: string;
}

export function emptyForm(): TargetForm {
  return { channel: 'wecom', name: '', address: '', secret: '', unitPath: '', duty: '' };
}

export function formOf({ channel, name, unitPath, duty }: ChannelTarget): TargetForm {
  return { ...emptyForm(), channel, name, unitPath: unitPath ?? '', duty: duty ?? '' };
}

export function isReady({ channel, name, address, secret }: TargetForm, exists: boolean): boolean {
  if (name.trim() === '') return false;
  return exists || (address.trim() !== '' && (channel !== 'webhook' || secret.trim() !== ''));
}

export function draftOf(form: TargetForm): TargetDraft {
  return {
    channel: form.channel,
    locale: 'zh-CN',
    ...placesOf(form),
    address: form.address.trim(),
    secrets: secretsOf(form),
  };
}

/** What was left empty stays as it is. */
export function changesOf(form: TargetForm): Partial<TargetDraft> {
  return {
    ...placesOf(form),
    ...(form.address.trim() === '' ? {} : { address: form.address.trim() }),
    ...(form.secret.trim() === '' ? {} : { secrets: secretsOf(form) }),
  };
}

function placesOf({ name, unitPath, duty }: TargetForm): Pick<TargetDraft, 'name' | 'unitPath' | 'duty'> {
  return { name: name.trim(), unitPath: unitPath || null, duty: duty.trim() || null };
}

function secretsOf({ secret }: TargetForm): readonly string[] {
  return secret.trim() === '' ? [] : [secret.trim()];
}
