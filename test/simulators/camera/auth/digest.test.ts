import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { type DigestAlgorithm, DigestGuard, digestResponse, parseDigest } from './digest.js';

const account = { user: 'admin', password: 'pass' };
const rtspUri = 'rtsp://camera/stream';

function answer(challenge: string, request: { method: string; uri: string; password?: string; user?: string }): string {
  const asked = parseDigest(challenge) ?? {};
  const withQop = asked['qop'] === undefined ? {} : { qop: 'auth', nc: '00000001', cnonce: 'abc' };
  const fields = { ...asked, username: request.user ?? account.user, uri: request.uri, ...withQop };
  const algorithm = (asked['algorithm'] ?? 'MD5') as DigestAlgorithm;
  const { method, password = account.password } = request;
  const all = { ...fields, response: digestResponse({ fields, algorithm, method, password }) };
  return `Digest ${Object.entries(all)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}`;
}

function rtspGuard(clock = new VirtualClock()): DigestGuard {
  return new DigestGuard({ realm: 'camera', account: { ...account }, clock });
}

describe('digest authentication', () => {
  it('computes the example of RFC 2617 section 3.5', () => {
    const fields = {
      username: 'Mufasa',
      realm: 'testrealm@host.com',
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      uri: '/dir/index.html',
      qop: 'auth',
      nc: '00000001',
      cnonce: '0a4f113b',
    };
    const response = digestResponse({ fields, algorithm: 'MD5', method: 'GET', password: 'Circle Of Life' });
    expect(response).toBe('6629fae49393a05397450978507c4ef1');
  });

  it('accepts the password in the form without qop that cameras use over RTSP', () => {
    const guard = rtspGuard();
    const header = answer(guard.challenges()[0] ?? '', { method: 'DESCRIBE', uri: rtspUri });
    expect(guard.accepts(header, 'DESCRIBE', rtspUri)).toBe(true);
  });

  it.each([
    ['another password', { password: 'Pass' }],
    ['another user', { user: 'root' }],
    ['an answer made for another method', { method: 'PLAY' }],
    ['an answer made for another address', { uri: 'rtsp://camera/other' }],
  ])('refuses %s', (_what, change) => {
    const guard = rtspGuard();
    const header = answer(guard.challenges()[0] ?? '', { method: 'DESCRIBE', uri: rtspUri, ...change });
    expect(guard.accepts(header, 'DESCRIBE', rtspUri)).toBe(false);
  });

  it('refuses a nonce of another server and one that is older than five minutes', async () => {
    const clock = new VirtualClock();
    const guard = rtspGuard(clock);
    const foreign = answer(rtspGuard(clock).challenges()[0] ?? '', { method: 'PLAY', uri: rtspUri });
    const own = answer(guard.challenges()[0] ?? '', { method: 'PLAY', uri: rtspUri });
    expect(guard.accepts(foreign, 'PLAY', rtspUri)).toBe(false);
    await clock.advance(5 * 60_000);
    expect(guard.accepts(own, 'PLAY', rtspUri)).toBe(true);
    await clock.advance(1);
    expect(guard.accepts(own, 'PLAY', rtspUri)).toBe(false);
  });

  it('offers each algorithm in a challenge of its own and accepts an answer to any of them', () => {
    const options = { realm: 'camera', account, clock: new VirtualClock(), qop: true };
    const guard = new DigestGuard({ ...options, algorithms: ['SHA-256', 'MD5'] });
    const accepted = guard.challenges().map((challenge) => {
      return guard.accepts(answer(challenge, { method: 'GET', uri: '/onvif/snapshot' }), 'GET', '/onvif/snapshot');
    });
    expect(accepted).toEqual([true, true]);
  });
});
