import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { isoOf } from './instant.js';
import { instantOf, localOf } from './zone.js';

const utc = (text: string): number => Date.parse(text);
/** The instant of a local time, as text; `near` is when the gateway heard of it. */
function read(local: string, zone: string, near = `${local}Z`): string {
  const ms = instantOf(utc(`${local}Z`), zone, utc(near));
  return ms === undefined ? 'no such zone' : new Date(ms).toISOString();
}

describe('a local time', () => {
  test.each([
    ['in China', '2026-01-02T08:00:00', 'Asia/Shanghai', '2026-01-02T00:00:00.000Z'],
    ['in UTC', '2026-01-02T08:00:00', 'UTC', '2026-01-02T08:00:00.000Z'],
    ['in a zone of three quarters', '2026-01-02T08:00:00', 'Asia/Kathmandu', '2026-01-02T02:15:00.000Z'],
    ['in winter', '2026-01-15T12:00:00', 'Europe/Berlin', '2026-01-15T11:00:00.000Z'],
    ['in summer', '2026-07-15T12:00:00', 'Europe/Berlin', '2026-07-15T10:00:00.000Z'],
    ['a minute before the spring change', '2026-03-29T01:59:00', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
    ['a minute after it', '2026-03-29T03:01:00', 'Europe/Berlin', '2026-03-29T01:01:00.000Z'],
    [
      'that is skipped, by a clock that was not put forward',
      '2026-03-29T02:30:00',
      'Europe/Berlin',
      '2026-03-29T01:30:00.000Z',
    ],
    ['skipped by the half hour of Lord Howe', '2026-10-04T02:15:00', 'Australia/Lord_Howe', '2026-10-03T15:45:00.000Z'],
    ['a minute before the autumn change', '2026-10-25T01:59:00', 'Europe/Berlin', '2026-10-24T23:59:00.000Z'],
    ['a minute after the hour that comes twice', '2026-10-25T03:00:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
  ])('%s', (_what, local, zone, expected) => {
    expect(read(local, zone)).toBe(expected);
  });

  it('that comes twice is the one nearer to when it was heard', () => {
    expect(read('2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:05Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(read('2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T01:30:05Z')).toBe('2026-10-25T01:30:00.000Z');
    expect(read('2026-11-01T01:30:00', 'America/New_York', '2026-11-01T06:30:01Z')).toBe('2026-11-01T06:30:00.000Z');
  });

  it('in a zone that does not exist is none', () => {
    expect(read('2026-01-02T08:00:00', 'Mars/Olympus')).toBe('no such zone');
    expect(localOf(0, '')).toBeUndefined();
  });

  it('is what the clocks of the zone showed, for every instant that they show once', () => {
    const zones = fc.constantFrom(
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Pacific/Apia',
    );
    const instants = fc.integer({ min: utc('2020-01-01T00:00:00Z'), max: utc('2035-01-01T00:00:00Z') });
    fc.assert(
      fc.property(zones, instants, (zone, instant) => {
        expect(instantOf(localOf(instant, zone) ?? Number.NaN, zone, instant)).toBe(instant);
      }),
    );
  });
});

test('an instant is written as JavaScript writes it', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('2199-12-31T23:59:59.999Z'), noInvalidDate: true }),
      (date) => {
        expect(isoOf(date.getTime())).toBe(date.toISOString());
      },
    ),
  );
});
