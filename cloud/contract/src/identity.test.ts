import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Identity } from './identity.js';
import { identityPreimage } from './preimages.js';
import { identify } from './signing.js';

const identity: fc.Arbitrary<Identity> = fc.record({
  gateway: fc.string(),
  device: fc.string(),
  dedup: fc.record({
    rule: fc.constantFrom('vendor-record', 'device-sequence', 'raw', 'gateway'),
    key: fc.string({ minLength: 1 }),
  }),
  part: fc.string(),
});

test('the same record always has the same id', () => {
  fc.assert(fc.property(identity, (one) => expect(identify(structuredClone(one))).toBe(identify(one))));
});

test('a difference in any part of it is another id', () => {
  fc.assert(
    fc.property(identity, fc.string({ minLength: 1 }), (one, more) => {
      const others: Identity[] = [
        { ...one, gateway: one.gateway + more },
        { ...one, device: one.device + more },
        { ...one, dedup: { ...one.dedup, key: one.dedup.key + more } },
        { ...one, dedup: { ...one.dedup, rule: one.dedup.rule === 'raw' ? 'gateway' : 'raw' } },
        { ...one, part: one.part + more },
      ];
      expect(new Set([one, ...others].map(identify)).size).toBe(6);
    }),
  );
});

test('no value runs into the next: the text gives the parts back', () => {
  fc.assert(
    fc.property(identity, (one) => {
      const { gateway, device, dedup, part } = one;
      expect(JSON.parse(identityPreimage(one))).toEqual(['angrid/id/1', gateway, device, dedup.rule, dedup.key, part]);
    }),
  );
});
