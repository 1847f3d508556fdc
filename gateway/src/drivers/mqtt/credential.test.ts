import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { clientIdBelongs, generatePanelCredential, isClientId, passwordMatches } from './credential.js';

describe('a generated credential', () => {
  it('is a password of 128 random bits with its hash', () => {
    const { password, hash } = generatePanelCredential();
    expect(Buffer.from(password.reveal(), 'base64url')).toHaveLength(16);
    expect(password.reveal()).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(createHash('sha256').update(password.reveal()).digest('hex')).toBe(hash);
    expect(passwordMatches(Buffer.from(password.reveal()), hash)).toBe(true);
  });

  it('differs each time and does not print its password', () => {
    const first = generatePanelCredential();
    const second = generatePanelCredential();
    expect(first.hash).not.toBe(second.hash);
    expect(inspect(first) + JSON.stringify(first)).not.toContain(first.password.reveal());
  });
});

describe('the comparison', () => {
  const { password, hash } = generatePanelCredential();
  const right = Buffer.from(password.reveal());
  it.each<[string, Buffer | undefined, string | undefined]>([
    ['another password', Buffer.from('other'), hash],
    ['no password', undefined, hash],
    ['an unknown user', right, undefined],
    ['a hash that is cut short', right, hash.slice(0, 62)],
    ['a hash that is none', right, 'not hexadecimal'],
    ['no password and no hash', undefined, undefined],
    ['no password against the hash of nothing', undefined, createHash('sha256').digest('hex')],
  ])('fails for %s', (_what, given, kept) => {
    expect(passwordMatches(given, kept)).toBe(false);
  });
});

describe('a client id', () => {
  it.each([
    ['A', true],
    ['a-Z_9', true],
    ['x'.repeat(64), true],
    ['', false],
    ['x'.repeat(65), false],
    ['a b', false],
    ['a/b', false],
    ['a#', false],
    ['门', false],
    ['a\n', false],
  ])('%j is safe: %s', (id, safe) => {
    expect(isClientId(id)).toBe(safe);
  });

  it('belongs to an account by its whole name or its name and a separator', () => {
    const belongs = ['A', 'A-1', 'A_x', 'AB', 'B', 'a', 'A.1'].filter((id) => clientIdBelongs(id, ['A']));
    expect(belongs).toEqual(['A', 'A-1', 'A_x']);
  });
});
