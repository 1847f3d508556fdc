import { describe, expect, it } from '@jest/globals';
import { findRecoveryCode, hashRecoveryCodes, newRecoveryCodes } from './recovery-codes.js';

describe('recovery codes', () => {
  it('are ten, no two alike, of digits that a phone types', () => {
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^\d{5}-\d{5}$/);
  });

  it('are stored as hashes, among which one is found however it is typed', async () => {
    const hashes = await hashRecoveryCodes(['01234-56789', '98765-43210']);
    for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$/);
    expect(await findRecoveryCode(hashes, '98765 43210')).toBe(hashes[1]);
    expect(await findRecoveryCode(hashes, '0123456789')).toBe(hashes[0]);
    expect(await findRecoveryCode(hashes, '01234-56780')).toBeUndefined();
    expect(await findRecoveryCode([], '01234-56789')).toBeUndefined();
  });
});
