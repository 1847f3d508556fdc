import { expect, test } from '@jest/globals';
import { ManualClock } from '../time/manual-clock.js';
import { createGrants } from './grants.js';
import { createServerTime } from './server-time.js';

test('pictures can be seen under a grant until it ends, by the time of the cloud', async () => {
  const clock = new ManualClock(0);
  const time = createServerTime(clock);
  time.learn(new Date(1_000_000).toISOString());
  clock.advance(1000);
  const reasons: string[] = [];
  const grant = { grantId: 'g1', expiresAt: new Date(1_010_000).toISOString() };
  const ask = async (id: string, reason: string) => {
    reasons.push(`${id}: ${reason}`);
    return grant;
  };
  const grants = createGrants({ incidents: { grant: ask } as never }, time);

  expect(grants.grantOf('i1')).toBeUndefined();
  await grants.ask('i1', 'verify');
  expect(reasons).toEqual(['i1: verify']);
  expect(grants.grantOf('i1')).toEqual(grant);
  expect(grants.grantOf('i2')).toBeUndefined();
  clock.advance(10_000);
  expect(grants.grantOf('i1')).toBeUndefined();
});

test('nothing is left of a grant after signing out', async () => {
  const time = createServerTime(new ManualClock(0));
  const grant = { grantId: 'g1', expiresAt: new Date(60_000).toISOString() };
  const grants = createGrants({ incidents: { grant: async () => grant } as never }, time);
  await grants.ask('i1', 'verify');
  grants.forgetAll();
  expect(grants.grantOf('i1')).toBeUndefined();
});
