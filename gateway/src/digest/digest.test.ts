import { Secret } from '@angrid/runtime';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { DigestAuth, readChallenges } from './digest.js';

const mufasa = { user: 'Mufasa', password: new Secret('Circle of Life') };
const NONCE = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
const OPAQUE = 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS';
const rfc = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="${NONCE}", opaque="${OPAQUE}"`;

function answer(...headers: string[]): string {
  const digest = new DigestAuth(mufasa, () => CNONCE);
  digest.take(readChallenges(headers));
  return digest.header('GET', '/dir/index.html') ?? '';
}

describe('an answer to a challenge', () => {
  test.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('with %s is the one of RFC 7616, 3.9.1', (algorithm, response) => {
    const header = answer(rfc(algorithm));
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain(`algorithm=${algorithm}`);
    expect(header).toContain(`opaque="${OPAQUE}"`);
    expect(header).toContain('nc=00000001');
  });

  it('without qop follows RFC 2069', () => {
    const digest = new DigestAuth({ user: 'Mufasa', password: new Secret('CircleOfLife') });
    digest.take(
      readChallenges([
        'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
      ]),
    );
    const header = digest.header('GET', '/dir/index.html') ?? '';
    expect(header).toContain('response="1949323746fe6a43ef61f9606e7febea"');
    expect(header).not.toContain('nc=');
  });

  it('takes SHA-256 where MD5 is offered too, in two headers or in one', () => {
    expect(answer(rfc('MD5'), rfc('SHA-256'))).toContain('algorithm=SHA-256,');
    expect(answer(`${rfc('MD5')}, ${rfc('SHA-256')}`)).toContain('algorithm=SHA-256,');
    expect(answer('Basic realm="x"', rfc('MD5'))).toContain('algorithm=MD5,');
  });

  it('counts each use of a nonce, and starts again with a new one', () => {
    const digest = new DigestAuth(mufasa);
    digest.take(readChallenges([rfc('MD5')]));
    const counts = [1, 2, 3].map(() => /nc=(\w+)/.exec(digest.header('POST', '/') ?? '')?.[1]);
    expect(counts).toEqual(['00000001', '00000002', '00000003']);
    digest.take(readChallenges(['Digest realm="r", nonce="other", qop="auth"']));
    expect(digest.header('POST', '/')).toContain('nc=00000001');
  });

  it('escapes quotes in the user, and keeps the bytes of other scripts', () => {
    const digest = new DigestAuth({ user: 'a"b\\c 安', password: new Secret('x') });
    digest.take(readChallenges(['Digest realm="r", nonce="n"']));
    const bytes = Buffer.from(digest.header('POST', '/') ?? '', 'latin1').toString('utf8');
    expect(bytes).toContain('username="a\\"b\\\\c 安"');
  });
});

describe('a challenge', () => {
  test.each([
    ['Basic alone', ['Basic realm="x"']],
    ['an unknown algorithm', ['Digest realm="x", nonce="n", algorithm=SHA-512-256']],
    ['integrity of the body only', ['Digest realm="x", nonce="n", qop="auth-int"']],
    ['no nonce', ['Digest realm="x"']],
    ['rubbish', ['"""=,=,', '']],
  ])('with %s cannot be answered', (_what, headers) => {
    const digest = new DigestAuth(mufasa);
    expect(digest.take(readChallenges(headers))).toBe('none');
    expect(digest.active).toBe(false);
    expect(digest.header('POST', '/')).toBeUndefined();
  });

  it('may say that only the nonce was old', () => {
    const digest = new DigestAuth(mufasa);
    expect(digest.take(readChallenges(['Digest realm="r", nonce="n", stale=TRUE']))).toBe('stale');
    expect(digest.take(readChallenges(['Digest realm="r", nonce="n", stale=false']))).toBe('fresh');
  });

  it('is read with commas and quotes inside of values', () => {
    expect(readChallenges(['Digest realm="a, \\"b\\" = c", nonce=n1 , qop="auth",Basic realm="x"'])).toEqual([
      {
        scheme: 'digest',
        parameters: new Map([
          ['realm', 'a, "b" = c'],
          ['nonce', 'n1'],
          ['qop', 'auth'],
        ]),
      },
      { scheme: 'basic', parameters: new Map([['realm', 'x']]) },
    ]);
  });

  it('never fails the reader, and never breaks the header that answers it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (realm, rest) => {
        const digest = new DigestAuth(mufasa);
        digest.take(readChallenges([`Digest nonce="n", realm="${realm}", ${rest}`]));
        expect(digest.header('POST', '/') ?? '').not.toMatch(/[\r\n]/);
      }),
    );
  });
});
