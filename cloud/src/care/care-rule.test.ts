import { describe, expect, it } from '@jest/globals';
import { careSchema } from '../playbooks/practice.js';
import { careSteps, type CarePractice, type Consent } from './care-rule.js';

const HOUR = 3_600_000;
const practice: CarePractice = { silentFor: 48 * HOUR, within: 4 * HOUR };
const consent = (over: Partial<Consent> = {}): Consent => ({
  consent: 'a',
  metAt: 0,
  passedAt: null,
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

describe('the door of a home', () => {
  /** Looks every hour of ten days; what was said at which hour. */
  function tenDays(passages: readonly number[], doors: CarePractice['doors']): readonly string[] {
    const said: string[] = [];
    let task: Consent['task'] = null;
    for (let hour = 0; hour <= 240; hour += 1) {
      const passed = passages.findLast((at) => at <= hour);
      const seen = consent({ task, passedAt: passed === undefined ? null : passed * HOUR });
      for (const step of careSteps([seen], { ...practice, doors }, hour * HOUR)) {
        task = step.type === 'raise' ? { id: 't' } : null;
        said.push(`${hour}: ${step.type === 'raise' ? 'visit' : step.outcome}`);
      }
    }
    return said;
  }

  it('does for a meeting: two days count from each passage, and who comes home needs no visit any more', () => {
    expect(tenDays([20, 60, 100, 140, 190, 230], 'opted-in')).toEqual(['188: visit', '190: passed']);
  });

  it('does not where the playbook asks no doors', () => {
    expect(tenDays([20, 60, 100, 140, 190, 230], undefined)).toEqual(['48: visit']);
  });

  it('does not do for a consent that is over', () => {
    const passed = { task: { id: 't' }, passedAt: 50 * HOUR, revokedAt: 40 * HOUR };
    expect(careSteps([consent(passed)], { ...practice, doors: 'opted-in' }, 51 * HOUR)).toEqual([
      { type: 'end', task: 't', outcome: 'revoked' },
    ]);
  });

  it('can be asked where the household has opted in alone, and about a day or more', () => {
    const reads = (written: object): boolean =>
      careSchema.safeParse({ silentFor: '48h', duty: 'grid-member', within: '4h', ...written }).success;
    expect(reads({ doors: 'opted-in' })).toBe(true);
    expect(reads({ doors: 'all' })).toBe(false);
    expect(reads({ doors: 'opted-in', silentFor: '23h' })).toBe(false);
  });
});
