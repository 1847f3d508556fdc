import { randomInt } from 'node:crypto';
import { hashPassword, verifyPassword } from './passwords.js';

const HOW_MANY = 10;
/** 33 bits, which argon2id makes dear to guess where the hashes were read, and the limits where they were not. */
export const RECOVERY_DIGITS = 10;
const HALF = RECOVERY_DIGITS / 2;
const BELOW = 10 ** HALF;

/** Codes that each stand once for the phone that was lost: digits, so that a phone's keypad writes them. */
export function newRecoveryCodes(): readonly string[] {
  const half = (): string => String(randomInt(BELOW)).padStart(HALF, '0');
  return Array.from({ length: HOW_MANY }, () => `${half()}-${half()}`);
}

/** Of codes as they are shown or as they are typed. */
export function hashRecoveryCodes(codes: readonly string[]): Promise<string[]> {
  return Promise.all(codes.map((code) => hashPassword(digitsOf(code))));
}

/** The hash of this code among those that are left. */
export async function findRecoveryCode(hashes: readonly string[], code: string): Promise<string | undefined> {
  for (const hash of hashes) if (await verifyPassword(hash, digitsOf(code))) return hash;
  return undefined;
}

/** Without what people put between digits. */
export function digitsOf(code: string): string {
  return code.replaceAll(/[\s-]/g, '');
}
