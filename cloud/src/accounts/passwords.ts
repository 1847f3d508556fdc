import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';

/** argon2id with the parameters of the OWASP Password Storage Cheat Sheet. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Length is what counts; the upper bound keeps the cost of hashing bounded. */
export const newPasswordSchema = z.string().min(10).max(128);
export const passwordSchema = z.string().min(1).max(128);

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

let nobodys: Promise<string> | undefined;

/** Costs the same where there is no hash, so that the time of an answer does not tell which logins exist. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  nobodys ??= hashPassword(randomBytes(16).toString('hex'));
  const matches = await verify(stored ?? (await nobodys), password);
  return matches && stored !== null;
}
