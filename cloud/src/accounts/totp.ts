import { Secret, TOTP } from 'otpauth';

/** What authenticator apps take without being asked: RFC 6238 with SHA-1, six digits, thirty seconds. */
const SCHEME = { issuer: 'AnGrid', algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** RFC 4226 section 4: 160 bits. */
const SECRET_BYTES = 20;
/** A clock may be one step off, either way. */
const WINDOW = 1;

export const CODE_DIGITS = SCHEME.digits;

/** Base 32, as a person types it where a phone cannot read it. */
export function newTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** `otpauth://…`, as a phone reads it. */
export function totpUri(secret: string, login: string): string {
  return new TOTP({ ...SCHEME, secret, label: login }).toString();
}

/** The step whose code this is, of those around `now` (ms); undefined where it is none of theirs. */
export function totpStep(secret: string, code: string, now: number): number | undefined {
  const totp = new TOTP({ ...SCHEME, secret });
  const delta = totp.validate({ token: code, timestamp: now, window: WINDOW });
  return delta === null ? undefined : totp.counter({ timestamp: now }) + delta;
}
