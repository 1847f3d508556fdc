import { inspect } from 'node:util';
import { describe, expect, it, test } from '@jest/globals';
import { Secret } from './secret.js';
import { secretsIn } from './secrets-in.js';

describe('Secret', () => {
  const secret = new Secret('S3cr3t-CANARY');

  test.each([
    ['a template', `${secret}`],
    ['String()', String(secret)],
    ['JSON', JSON.stringify({ secret })],
    ['inspect', inspect({ secret }, { showHidden: true, depth: 5 })],
    ['its keys', Object.values(secret).join()],
    ['a spread', JSON.stringify({ ...secret })],
  ])('does not show itself in %s', (_, shown) => {
    expect(shown).not.toContain('CANARY');
  });

  it('gives its value to reveal alone', () => {
    expect(secret.reveal()).toBe('S3cr3t-CANARY');
  });
});

test('secretsIn finds every secret in a tree of settings', () => {
  const [one, two] = [new Secret('one'), new Secret('two')];
  expect(secretsIn({ a: 1, cloud: { token: one, url: new URL('https://a') }, list: [two], none: null })).toEqual([
    one,
    two,
  ]);
});
