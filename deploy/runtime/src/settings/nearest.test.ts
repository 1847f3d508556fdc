import { expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { editsBetween, nearest } from './nearest.js';

test.each([
  ['', '', 0],
  ['port', 'port', 0],
  ['PORT', 'port', 0],
  ['prot', 'port', 1],
  ['por', 'port', 1],
  ['portt', 'port', 1],
  ['bort', 'port', 1],
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
])('%j and %j are %i edits apart', (from, to, edits) => {
  expect(editsBetween(from, to)).toBe(edits);
});

it('is the same in both directions, nothing for equal words, and at most the longer word', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const edits = editsBetween(a, b);
      expect(edits).toBe(editsBetween(b, a));
      expect(edits === 0).toBe(a.toLowerCase() === b.toLowerCase());
      expect(edits).toBeLessThanOrEqual(Math.max(a.toLowerCase().length, b.toLowerCase().length));
    }),
  );
});

const KEYS = ['broker.tls.port', 'broker.plain.port', 'cloud.url', 'log.level'];

test.each([
  ['broker.tsl.port', 'broker.tls.port'],
  ['cloud.ulr', 'cloud.url'],
  ['url', 'cloud.url'],
  ['level', 'log.level'],
  ['logging.level', 'log.level'],
  ['zzz', 'cloud.url'],
])('the nearest to %s is %s', (word, key) => {
  expect(nearest(word, KEYS)).toBe(key);
});

it('is nothing where there is nothing to choose from', () => {
  expect(nearest('a', [])).toBeUndefined();
});
