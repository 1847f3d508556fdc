import { dayKinds } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gapsOf, type Required } from './gaps.js';
import { onDuty, type Roster, type Shift } from './roster.js';
import { hoursAt } from './working-hours.js';
import { workdaysOfChina } from './workdays.js';

const workdays = workdaysOfChina();
const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'] as const;
const at = (text: string): Date => new Date(`${text}:00+08:00`);
const shift = (account: string, hours: string, days: Shift['days'] = week): Shift => ({
  duty: 'desk',
  unit: 'town',
  account,
  days,
  hours,
  from: '2026-01-01',
  to: null,
});
const rosterWith = (part: Partial<Roster>): Roster => ({
  shifts: [],
  away: [],
  extra: [],
  zone: 'Asia/Shanghai',
  workdays,
  ...part,
});
const required: Required = {
  duty: 'desk',
  unit: 'town',
  cover: 'always',
  workingHours: ['08:00-12:00', '14:00-18:00'],
};
const inText = (spans: readonly { from: Date; to: Date }[]): readonly string[] => {
  const local = (time: Date): string => new Date(time.getTime() + 8 * 3_600_000).toISOString().slice(5, 16);
  return spans.map(({ from, to }) => `${local(from)} ${local(to)}`);
};
const aWeek = { from: at('2026-03-02T00:00'), to: at('2026-03-09T00:00') };

describe('on duty', () => {
  const day = shift('day', '08:00-20:00');
  const night = shift('night', '20:00-08:00');

  it('is who has the shift, also after midnight', () => {
    const roster = rosterWith({ shifts: [day, night] });
    expect(onDuty(roster, 'desk', 'town', at('2026-03-02T08:00'))).toEqual(['day']);
    expect(onDuty(roster, 'desk', 'town', at('2026-03-03T02:00'))).toEqual(['night']);
  });

  it('is the stand-in of who is away, and the stand-in’s where both are', () => {
    const away = (account: string, standIn: string | null) => ({
      account,
      standIn,
      from: at('2026-03-02T00:00'),
      to: at('2026-03-03T00:00'),
    });
    const standing = (...absences: ReturnType<typeof away>[]) =>
      onDuty(rosterWith({ shifts: [day], away: absences }), 'desk', 'town', at('2026-03-02T09:00'));
    expect(standing(away('day', 'second'))).toEqual(['second']);
    expect(standing(away('day', 'second'), away('second', 'third'))).toEqual(['third']);
    expect(standing(away('day', null))).toEqual([]);
    expect(standing(away('day', 'second'), away('second', 'day'))).toEqual([]);
  });

  it('is not known where no roster is kept', () => {
    expect(onDuty(rosterWith({ shifts: [day] }), 'desk', 'other', at('2026-03-02T09:00'))).toBeUndefined();
    expect(onDuty(rosterWith({ shifts: [day] }), 'officer', 'town', at('2026-03-02T09:00'))).toBeUndefined();
  });
});

describe('24 hours without a gap', () => {
  it('holds where day and night follow each other', () => {
    const roster = rosterWith({ shifts: [shift('day', '08:00-20:00'), shift('night', '20:00-08:00')] });
    expect(gapsOf(roster, required, aWeek)).toEqual([]);
  });

  it('finds the hour between two shifts, and a day off', () => {
    const roster = rosterWith({
      shifts: [shift('day', '08:00-19:00', ['mon', 'tue']), shift('night', '20:00-08:00', ['mon', 'tue'])],
    });
    expect(inText(gapsOf(roster, required, { from: at('2026-03-03T00:00'), to: at('2026-03-05T00:00') }))).toEqual([
      '03-03T19:00 03-03T20:00',
      '03-04T08:00 03-05T00:00',
    ]);
  });

  it('finds the public holiday that a roster forgets', () => {
    const roster = rosterWith({ shifts: [shift('all', '00:00-00:00', week.slice(0, 7))] });
    const gaps = gapsOf(roster, required, { from: at('2026-09-30T00:00'), to: at('2026-10-09T00:00') });
    expect(inText(gaps)).toEqual(['10-01T00:00 10-08T00:00']);
  });

  it('finds who is away with nobody in their place, and takes an extra time for a cure', () => {
    const shifts = [shift('all', '00:00-00:00')];
    const away = [{ account: 'all', standIn: null, from: at('2026-03-02T10:00'), to: at('2026-03-02T12:00') }];
    expect(inText(gapsOf(rosterWith({ shifts, away }), required, aWeek))).toEqual(['03-02T10:00 03-02T12:00']);
    const extra = [
      { duty: 'desk', unit: 'town', account: 'other', from: at('2026-03-02T10:00'), to: at('2026-03-02T11:30') },
    ];
    expect(inText(gapsOf(rosterWith({ shifts, away, extra }), required, aWeek))).toEqual(['03-02T11:30 03-02T12:00']);
  });

  it('asks for working hours only where the duty is one of working hours', () => {
    const roster = rosterWith({ shifts: [shift('day', '08:00-17:00')] });
    const gaps = gapsOf(roster, { ...required, cover: 'working' }, aWeek);
    expect(inText(gaps)).toEqual(['02', '03', '04', '05', '06'].map((date) => `03-${date}T17:00 03-${date}T18:00`));
  });

  it('is one gap where no roster is kept', () => {
    expect(gapsOf(rosterWith({}), required, aWeek)).toEqual([aWeek]);
  });

  it('agrees with looking at every half hour', () => {
    const clock = fc
      .integer({ min: 0, max: 47 })
      .map((half) => `${String(half >> 1).padStart(2, '0')}:${half % 2 ? '30' : '00'}`);
    const someShift = fc
      .record({
        account: fc.constantFrom('a', 'b', 'c'),
        from: clock,
        to: clock,
        days: fc.uniqueArray(fc.constantFrom(...dayKinds), { minLength: 1 }),
      })
      .map(({ account, from, to, days }) => shift(account, `${from}-${to}`, days));
    const halfHour = fc.integer({ min: 0, max: 335 }).map((half) => new Date(aWeek.from.getTime() + half * 1_800_000));
    const someAway = fc
      .record({
        account: fc.constantFrom('a', 'b', 'c'),
        standIn: fc.constantFrom('a', 'b', 'c', null),
        one: halfHour,
        two: halfHour,
      })
      .map(({ account, standIn, one, two }) => ({
        account,
        standIn,
        from: one < two ? one : two,
        to: one < two ? two : one,
      }));
    const cover = fc.constantFrom('always', 'working');
    fc.assert(
      fc.property(
        fc.array(someShift, { maxLength: 6 }),
        fc.array(someAway, { maxLength: 3 }),
        cover,
        fc.array(halfHour, { minLength: 8, maxLength: 8 }),
        (shifts, away, needed, moments) => {
          const roster = rosterWith({ shifts, away });
          const gaps = gapsOf(roster, { ...required, cover: needed }, aWeek);
          for (const moment of moments) {
            const asked = needed === 'always' || hoursAt(required, moment, roster) === 'working';
            const nobody = (onDuty(roster, 'desk', 'town', moment) ?? []).length === 0;
            const found = gaps.some(({ from, to }) => from <= moment && moment < to);
            expect({ moment, found }).toEqual({ moment, found: asked && nobody });
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
