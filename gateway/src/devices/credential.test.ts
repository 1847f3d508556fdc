import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { generatePanelCredential, passwordMatches } from './credential.js';

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
