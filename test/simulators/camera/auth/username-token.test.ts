import { describe, expect, it } from '@jest/globals';
import { parseXml } from '../onvif/xml.js';
import { passwordDigest, UsernameTokenGuard } from './username-token.js';

const NOW = Date.parse('2026-05-01T10:00:00Z');

interface Token {
  user?: string;
  password?: string;
  nonce?: string;
  created?: string;
  type?: string;
}

function header(token: Token = {}): ReturnType<typeof parseXml> {
  const { user = 'admin', password = 'pass', nonce = 'LKqI6G/AikKCQrN0zqZFlg==' } = token;
  const { created = '2026-05-01T10:00:00Z', type = 'PasswordDigest' } = token;
  return parseXml(`<Header><Security><UsernameToken>
    <Username>${user}</Username><Password Type="urn:wss#${type}">${passwordDigest(nonce, created, password)}</Password>
    <Nonce>${nonce}</Nonce><Created>${created}</Created></UsernameToken></Security></Header>`);
}

function guardAt(now = NOW): UsernameTokenGuard {
  return new UsernameTokenGuard({ user: 'admin', password: 'pass' }, () => now);
}

describe('a username token', () => {
  it("is digested as the ONVIF application programmer's guide shows", () => {
    const digest = passwordDigest('LKqI6G/AikKCQrN0zqZFlg==', '2010-09-16T07:50:45Z', 'userpassword');
    expect(digest).toBe('tuOSpGlFlIXsozq4HFNeeGeFLEI=');
  });

  it('is accepted once', () => {
    const guard = guardAt();
    expect([guard.accepts(header()), guard.accepts(header())]).toEqual([true, false]);
  });

  it.each<[string, Token]>([
    ['another password', { password: 'Pass' }],
    ['another user', { user: 'root' }],
    ['a password in plain text', { type: 'PasswordText' }],
    ['no nonce', { nonce: '' }],
    ['a time that is none', { created: 'yesterday' }],
  ])('is refused with %s', (_what, token) => {
    expect(guardAt().accepts(header(token))).toBe(false);
  });

  it.each([
    [-300_001, false],
    [-300_000, true],
    [300_000, true],
    [300_001, false],
  ])('made %d ms after the camera time is accepted: %s', (offset, accepted) => {
    expect(guardAt().accepts(header({ created: new Date(NOW + offset).toISOString() }))).toBe(accepted);
  });

  it('of a wrong password does not use up its nonce', () => {
    const guard = guardAt();
    expect([guard.accepts(header({ password: 'x' })), guard.accepts(header())]).toEqual([false, true]);
  });

  it('is needed at all', () => {
    expect(guardAt().accepts(undefined)).toBe(false);
  });
});
