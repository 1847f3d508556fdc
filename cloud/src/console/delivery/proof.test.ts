import { describe, expect, it } from '@jest/globals';
import { type DeliveryFacts, proofOf } from './proof.js';

const at = (clock: string): Date => new Date(`2026-03-01T${clock}:00Z`);
const whole: DeliveryFacts = {
  now: at('12:00'),
  firstHeardAt: at('01:00'),
  device: { state: 'online', since: at('01:00'), cutOffSince: null },
  gateway: { silentSince: null, waiting: 0, quarantined: 0 },
  numbered: true,
  unsureUntil: null,
  openSince: null,
};
const doubtsOf = (facts: Partial<DeliveryFacts>) => proofOf({ ...whole, ...facts }).doubts.map(({ doubt }) => doubt);

describe('the quiet of a door', () => {
  it('is proven since it was first heard, where it numbers its events and nothing is missing', () => {
    expect(proofOf(whole)).toEqual({
      proven: true,
      completeSince: at('01:00'),
      completeUntil: at('12:00'),
      doubts: [],
    });
  });

  it('is proven after what was lost, and not before', () => {
    expect(proofOf({ ...whole, unsureUntil: at('08:00') })).toMatchObject({ proven: true, completeSince: at('08:00') });
  });

  it.each([
    ['gateway-silent', { gateway: { ...whole.gateway, silentSince: at('11:00') } }],
    ['gateway-behind', { gateway: { ...whole.gateway, waiting: 3 } }],
    ['gateway-refused', { gateway: { ...whole.gateway, quarantined: 1 } }],
    ['device-away', { device: { ...whole.device, state: 'offline', since: at('10:00') } }],
    ['device-away', { device: { ...whole.device, state: 'unknown', since: at('10:00') } }],
    ['behind-away', { device: { ...whole.device, cutOffSince: at('11:00') } }],
    ['gap-open', { openSince: at('09:00') }],
    ['not-numbered', { numbered: false }],
    ['never-heard', { firstHeardAt: null, numbered: false }],
  ] as const)('is not proven: %s', (doubt, facts) => {
    expect(doubtsOf(facts)).toEqual([doubt]);
    expect(proofOf({ ...whole, ...facts }).proven).toBe(false);
  });

  it('was proven up to the first of what speaks against it now', () => {
    const device = { ...whole.device, state: 'offline', since: at('10:00') } as const;
    const proof = proofOf({ ...whole, device, gateway: { ...whole.gateway, silentSince: at('11:00') } });
    expect(proof).toMatchObject({ completeSince: at('01:00'), completeUntil: at('10:00') });
  });

  it('was never proven where the doubt is older than the last loss', () => {
    const proof = proofOf({ ...whole, openSince: at('07:00'), unsureUntil: at('08:00') });
    expect(proof).toMatchObject({ proven: false, completeSince: null, completeUntil: null });
  });

  it('of a device that does not number its events is never called complete', () => {
    expect(proofOf({ ...whole, numbered: false })).toMatchObject({ completeSince: null, completeUntil: null });
  });
});
