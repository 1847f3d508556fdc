import { describe, expect, it } from '@jest/globals';
import { newTotpSecret, totpStep, totpUri } from './totp.js';

/** RFC 6238 appendix B: the ASCII text 12345678901234567890. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('a code of an authenticator app', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('is the one of RFC 6238 at second %d', (second, code) => {
    expect(totpStep(SECRET, code, second * 1000)).toBe(Math.floor(second / 30));
  });

  it.each([
    [-31, undefined],
    [-30, 39],
    [0, 39],
    [29, 39],
    [59, 39],
    [60, undefined],
  ])('holds one step before and after its own: %d s from its beginning it is of step %p', (seconds, step) => {
    expect(totpStep(SECRET, '619416', (39 * 30 + seconds) * 1000)).toBe(step);
  });

  it('is no other six digits, and no other length', () => {
    for (const code of ['287083', '28708', '94287082', '']) expect(totpStep(SECRET, code, 59_000)).toBeUndefined();
  });
});

describe('a secret', () => {
  it('has 160 bits, and is another each time', () => {
    const secrets = [newTotpSecret(), newTotpSecret()];
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(secrets[0]).not.toBe(secrets[1]);
  });

  it('is told to a phone with its account', () => {
    expect(totpUri(SECRET, 'the-desk')).toBe(
      `otpauth://totp/AnGrid:the-desk?issuer=AnGrid&secret=${SECRET}&algorithm=SHA1&digits=6&period=30`,
    );
  });
});
