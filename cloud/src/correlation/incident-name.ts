import { createHash } from 'node:crypto';

/**
 * An incident is named after the alert that opened it, so that the same alerts give the same incidents: a UUID of version
 * 8 that begins with the time, like version 7.
 */
export function incidentName(compound: string, { alert, at }: { readonly alert: string; readonly at: number }): string {
  const time = Math.max(0, at).toString(16).padStart(12, '0').slice(-12);
  const hash = createHash('sha256').update(`${compound}/${alert}`).digest('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-8${hash.slice(0, 3)}-a${hash.slice(3, 6)}-${hash.slice(6, 18)}`;
}
