import { describe, expect, it } from '@jest/globals';
import { awayOf, clockOf, daysLater, isWhole } from './roster-form.js';

const away = { account: 'a', standIn: 'b', reason: ' a course ', from: '2026-03-02T08:00', to: '2026-03-03T08:00' };

describe('an absence', () => {
  it('is sent with its stand-in, or with nobody', () => {
    expect(awayOf(away)).toMatchObject({ account: 'a', standIn: 'b', reason: 'a course' });
    expect(awayOf({ ...away, standIn: '' })?.standIn).toBeNull();
  });

  it('is not sent while it has no end, no reason, or stands in for itself', () => {
    for (const wrong of [{ to: '' }, { to: away.from }, { reason: 'x' }, { standIn: 'a' }, { account: '' }]) {
      expect(awayOf({ ...away, ...wrong })).toBeUndefined();
    }
  });
});

it('a shift needs an account, a day and hours', () => {
  const shift = { account: 'a', days: ['mon'], hours: '20:00-08:00' };
  expect([shift, { ...shift, days: [] }, { ...shift, hours: '8-20' }, { ...shift, account: '' }].map(isWhole)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it('weeks go over the end of a month, minutes read as a clock', () => {
  expect([daysLater('2026-02-26', 7), daysLater('2026-03-01', -7)]).toEqual(['2026-03-05', '2026-02-22']);
  expect([clockOf(0), clockOf(510), clockOf(1440)]).toEqual(['00:00', '08:30', '24:00']);
});
