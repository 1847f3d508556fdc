import { createHash } from 'node:crypto';
import { find, textAt, type XmlElement } from '../onvif/xml.js';
import type { Account } from './digest.js';

const DIGEST_TYPE = /#PasswordDigest$/;
/** How far `Created` may be from the camera's own clock, to either side. */
export const MAX_TOKEN_AGE_MS = 5 * 60_000;
const MAX_NONCES = 10_000;

/** WS-UsernameToken with PasswordDigest (WSS UsernameToken Profile 1.0), judged by the camera's own clock. */
export class UsernameTokenGuard {
  /** Nonces that were used, with the camera time from which they may be forgotten. */
  private readonly used = new Map<string, number>();

  constructor(
    private readonly account: Account,
    private readonly now: () => number,
  ) {}

  accepts(soapHeader: XmlElement | undefined): boolean {
    const token = find(soapHeader, 'Security', 'UsernameToken');
    const password = find(token, 'Password');
    const nonce = textAt(token, 'Nonce') ?? '';
    const created = textAt(token, 'Created') ?? '';
    if (!password || textAt(token, 'Username') !== this.account.user) return false;
    if (!DIGEST_TYPE.test(password.attributes['Type'] ?? '')) return false;
    if (password.text !== passwordDigest(nonce, created, this.account.password)) return false;
    return this.isTimely(created) && this.isFirstUse(nonce);
  }

  private isTimely(created: string): boolean {
    return Math.abs(this.now() - Date.parse(created)) <= MAX_TOKEN_AGE_MS;
  }

  private isFirstUse(nonce: string): boolean {
    const now = this.now();
    for (const [old, until] of this.used) {
      if (until >= now && this.used.size < MAX_NONCES) break;
      this.used.delete(old);
    }
    if (nonce === '' || this.used.has(nonce)) return false;
    this.used.set(nonce, now + 2 * MAX_TOKEN_AGE_MS);
    return true;
  }
}

/** Base64(SHA-1(nonce + created + password)); `nonce` is given in Base64. */
export function passwordDigest(nonce: string, created: string, password: string): string {
  return createHash('sha1').update(Buffer.from(nonce, 'base64')).update(created).update(password).digest('base64');
}
