import { randomInt } from 'node:crypto';
import { enrolmentCodeSchema } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';

/** Crockford base32: no I, L, O, U. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 20;
const FINGERPRINT_LENGTH = 32;

/** A new code: 100 random bits in groups of four, then the beginning of the CA's fingerprint (contract/enrolment.ts). */
export function newEnrolmentCode(fingerprint: string): string {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
  return `${letters.replace(/.{4}(?=.)/g, '$&-')}.${fingerprint.slice(0, FINGERPRINT_LENGTH)}`;
}

/** What is stored of a code; undefined for what is none. Letters that people mix up count as the ones that they mean. */
export function enrolmentCodeHash(typed: string): string | undefined {
  const [letters = '', fingerprint = '', ...rest] = typed.trim().split('.');
  const meant = letters.toUpperCase().replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const code = [meant, fingerprint.toLowerCase(), ...rest].join('.');
  return enrolmentCodeSchema.safeParse(code).success ? sha256(meant) : undefined;
}
