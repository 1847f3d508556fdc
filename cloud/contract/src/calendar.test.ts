import { describe, expect, it, test } from '@jest/globals';
import { type Calendar, dayKindAt, emptyCalendar, periodsAt } from './calendar.js';

const calendar: Calendar = {
  dates: [
    { date: '2026-10-01', day: 'holiday' },
    { date: '2026-10-10', day: 'fri' },
  ],
  periods: [
    { id: 'market', name: '早市', days: ['sat', 'holiday'], hours: '05:00-09:00' },
    { id: 'late', name: '周五夜', days: ['fri'], hours: '23:00-02:00' },
    { id: 'holiday', name: '假日', days: ['holiday'], hours: '00:00-00:00' },
  ],
};
const NIGHT = '22:00-06:00';
const at = (local: string): number => Date.parse(`${local}Z`);
const on = (local: string): string[] => periodsAt(calendar, NIGHT, at(local));

describe('the calendar of a site', () => {
  test.each([
    ['2026-10-09T12:00', 'fri', 'a day of the week'],
    ['2026-10-10T12:00', 'fri', 'a Saturday that is worked'],
    ['2026-10-01T23:59:59.999', 'holiday', 'a holiday to its last moment'],
    ['2026-10-02T00:00', 'fri', 'the day after'],
    ['1970-01-01T00:00', 'thu', 'the first day of all'],
  ])('reads %s as %s: %s', (local, kind) => {
    expect(dayKindAt(calendar, at(local))).toBe(kind);
  });

  test.each([
    ['2026-10-03T04:59:59', ['night'], 'before it begins'],
    ['2026-10-03T05:00', ['market', 'night'], 'from its first minute'],
    ['2026-10-03T08:59:59', ['market', 'day'], 'to its last'],
    ['2026-10-03T09:00', ['day'], 'and no longer'],
    ['2026-10-10T06:00', ['day'], 'not on the Saturday that counts as a Friday'],
    ['2026-10-01T06:30', ['market', 'holiday', 'day'], 'on a holiday'],
    ['2026-10-02T00:00', ['night'], 'a holiday ends at midnight'],
  ])('at %s has %j: %s', (local, periods) => {
    expect(on(local)).toEqual(periods);
  });

  it('counts the hours after midnight to the day on which the period began', () => {
    expect(on('2026-10-10T01:59')).toEqual(['late', 'night']);
    expect(on('2026-10-10T23:30')).toEqual(['late', 'night']);
    expect(on('2026-10-11T01:59')).toEqual(['late', 'night']);
    expect(on('2026-10-11T02:00')).toEqual(['night']);
    expect(on('2026-10-09T01:00')).toEqual(['night']);
  });

  it('is day and night where there is none, and none of both where the hours are empty', () => {
    const empty = (local: string, night = NIGHT): string[] => periodsAt(emptyCalendar, night, at(local));
    expect([empty('2026-10-03T21:59:59'), empty('2026-10-03T22:00'), empty('2026-10-03T05:59')].flat()).toEqual([
      'day',
      'night',
      'night',
    ]);
    expect(empty('2026-10-03T06:00')).toEqual(['day']);
    expect(empty('2026-10-03T00:00', '00:00-00:00')).toEqual(['day']);
  });

  it('may give night hours of its own', () => {
    const own: Calendar = { dates: [], periods: [{ id: 'night', name: '夜', days: ['sat'], hours: '20:00-08:00' }] };
    expect(periodsAt(own, NIGHT, at('2026-10-03T21:00'))).toEqual(['night']);
  });
});
