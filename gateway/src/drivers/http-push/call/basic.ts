import type { Credentials } from '../../../digest/digest.js';

/** RFC 7617. The password stands in it in clear: only for TLS. */
export function basicHeader({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password.reveal()}`, 'utf8').toString('base64')}`;
}
