import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, instantOf, localMoment } from './local-time.js';
import { hoursAt } from './working-hours.js';
import { missingYears, workdaysOfChina } from './workdays.js';

const china = workdaysOfChina();
const zone = 'Asia/Shanghai';
const office = { workingHours: ['08:00-12:00', '14:30-18:30'] };

describe('a workday in China', () => {
  test.each([
    ['2026-10-01', false, 'holiday', 'a Thursday of the National Day'],
    ['2026-10-03', false, 'holiday', 'a Saturday of the National Day'],
    ['2026-10-10', true, 'fri', 'a Saturday that is worked for it'],
    ['2026-10-11', false, 'sun', 'an ordinary Sunday'],
    ['2026-10-12', true, 'mon', 'an ordinary Monday'],
  ])('%s: %s, %s (%s)', (date, works, kind) => {
    expect([china.isWorkday(date), china.dayKind(date)]).toEqual([works, kind]);
  });

  it('is what the file of overrides says, where it says something', () => {
    const own = workdaysOfChina({ years: [2031], holidays: ['2026-10-12'], workdays: ['2026-10-11'] });
    expect(['2026-10-11', '2026-10-12', '2026-10-13'].map((date) => own.isWorkday(date))).toEqual([true, false, true]);
    expect([own.knows(2031), own.knows(2032)]).toEqual([true, false]);
  });

  it('of a year without a table is a day of the week, and the year is missed', () => {
    expect(china.isWorkday('2045-10-02')).toBe(true);
    expect(missingYears(china, '2045-03-01')).toEqual([2045]);
    expect(missingYears(china, '2026-11-30')).toEqual([]);
    expect(missingYears(workdaysOfChina({ years: [2045], holidays: [], workdays: [] }), '2045-12-01')).toEqual([2046]);
  });
});

describe('working hours', () => {
  test.each([
    ['2026-10-12T08:00:00+08:00', 'working'],
    ['2026-10-12T12:00:00+08:00', 'off'],
    ['2026-10-12T14:30:00+08:00', 'working'],
    ['2026-10-12T18:30:00+08:00', 'off'],
    ['2026-10-10T09:00:00+08:00', 'working'],
    ['2026-10-01T09:00:00+08:00', 'off'],
    ['2026-10-12T00:30:00Z', 'working'],
  ])('at %s: %s', (at, expected) => {
    expect(hoursAt(office, new Date(at), { zone, workdays: china })).toBe(expected);
  });

  test.each([
    ['2026-10-12T22:00:00+08:00', 'working', 'a Monday evening'],
    ['2026-10-13T05:59:00+08:00', 'working', 'the morning after'],
    ['2026-10-13T06:00:00+08:00', 'off', 'its end'],
    ['2026-10-12T05:00:00+08:00', 'off', 'the morning after a Sunday'],
    ['2026-10-11T02:00:00+08:00', 'working', 'the morning after a Saturday that is worked'],
  ])('of the night, at %s: %s (%s)', (at, expected) => {
    expect(hoursAt({ workingHours: ['22:00-06:00'] }, new Date(at), { zone, workdays: china })).toBe(expected);
  });

  it('are every hour of every day where a playbook says so', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }), (at) => {
        expect(hoursAt({ workingHours: ['00:00-24:00'] }, at, { zone, workdays: china })).toBe('working');
      }),
    );
  });
});

test('a moment and what the clocks show are one, in any zone', () => {
  const minutes = fc.integer({ min: 26_000_000, max: 31_000_000 });
  fc.assert(
    fc.property(minutes, fc.constantFrom('Asia/Shanghai', 'Asia/Urumqi', 'Asia/Kathmandu', 'UTC'), (minute, where) => {
      const at = new Date(minute * 60_000);
      expect(instantOf(localMoment(at, where), where)).toEqual(at);
    }),
  );
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01');
});
