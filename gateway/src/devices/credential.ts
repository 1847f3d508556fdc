import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Secret } from '@angrid/runtime';

const PASSWORD_BYTES = 16;
/** Stands in for the hash of an unknown user, so that its check costs what any other costs. Nobody knows its password. */
const NOBODY = randomBytes(32);

/** A password for a panel, shown once, and the hash that the gateway keeps. */
export interface PanelCredential {
  /** 128 random bits as 22 characters of `A-Za-z0-9_-`. */
  readonly password: Secret;
  /** SHA-256 of the password, lower-case hexadecimal. */
  readonly hash: string;
}

export function generatePanelCredential(): PanelCredential {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  return { password: new Secret(password), hash: hashOf(Buffer.from(password)).toString('hex') };
}

/** Compares in a time that depends neither on the password nor on whether there is a hash. */
export function passwordMatches(password: Buffer | undefined, hash: string | undefined): boolean {
  const given = hashOf(password ?? Buffer.alloc(0));
  const kept = Buffer.from(hash ?? '', 'hex');
  const known = kept.length === NOBODY.length;
  return timingSafeEqual(given, known ? kept : NOBODY) && password !== undefined;
}

function hashOf(value: Buffer): Buffer {
  return createHash('sha256').update(value).digest();
}
