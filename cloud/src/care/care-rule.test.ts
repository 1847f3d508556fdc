import { describe, expect, it } from '@jest/globals';
import { careSteps, type Consent } from './care-rule.js';

const HOUR = 3_600_000;
const practice = { silentFor: 48 * HOUR, within: 4 * HOUR };
const consent = (over: Partial<Consent> = {}): Consent => ({
  consent: 'a',
  metAt: 0,
  expiresAt: 365 * 24 * HOUR,
  revokedAt: null,
  task: null,
  ...over,
});
const at = (hours: number, over: Partial<Consent> = {}) => careSteps([consent(over)], practice, hours * HOUR);
const raised = (hours: number) => [{ type: 'raise', consent: 'a', dueAt: (hours + 4) * HOUR }];

describe('an old person who lives alone and has agreed (两天必见面)', () => {
  it('gets a visit when nobody was met for two days, and not a minute earlier', () => {
    expect(at(47.99)).toEqual([]);
    expect(at(48)).toEqual(raised(48));
  });

  it('has two days again from each meeting', () => {
    expect(at(60, { metAt: 30 * HOUR })).toEqual([]);
    expect(at(78, { metAt: 30 * HOUR })).toEqual(raised(78));
  });

  it('is called on once: no second task while one waits', () => {
    expect(at(200, { task: { id: 't' } })).toEqual([]);
  });

  it.each([
    ['revoked', { revokedAt: 50 * HOUR }],
    ['expired', { expiresAt: 50 * HOUR }],
  ] as const)('is left alone from the moment when the consent is %s, and what waits ends', (outcome, over) => {
    expect(at(51, over)).toEqual([]);
    expect(at(51, { ...over, task: { id: 't' } })).toEqual([{ type: 'end', task: 't', outcome }]);
  });
});
