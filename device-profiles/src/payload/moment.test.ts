import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { readMoment, type TimeFormat } from './moment.js';

const utc = (text: string): number => Date.parse(text);

describe('a device time', () => {
  test.each<[string, TimeFormat, unknown, { ms: number; zone: string | undefined }]>([
    ['RFC 3339 in UTC', 'iso', '2026-01-02T08:00:00Z', { ms: utc('2026-01-02T08:00:00Z'), zone: 'Z' }],
    [
      'with milliseconds and an offset',
      'iso',
      '2026-01-02T08:00:00.25+08:00',
      { ms: utc('2026-01-02T00:00:00.250Z'), zone: '+08:00' },
    ],
    [
      'with an offset without a colon',
      'iso',
      '2026-01-02 08:00:00-0330',
      { ms: utc('2026-01-02T11:30:00Z'), zone: '-0330' },
    ],
    ['without a zone', 'iso', '2026-01-02 08:00:00', { ms: utc('2026-01-02T08:00:00Z'), zone: undefined }],
    ['with slashes', 'iso', '2026/01/02 08:00:00', { ms: utc('2026-01-02T08:00:00Z'), zone: undefined }],
    ['without seconds', 'iso', '2026-01-02 08:00', { ms: utc('2026-01-02T08:00:00Z'), zone: undefined }],
    [
      'local, with a Z that is not believed',
      'local',
      '2026-01-02T08:00:00Z',
      { ms: utc('2026-01-02T08:00:00Z'), zone: undefined },
    ],
    ['a leap second', 'iso', '2016-12-31T23:59:60Z', { ms: utc('2016-12-31T23:59:59Z'), zone: 'Z' }],
    ['seconds since 1970', 'epoch-s', 1577923200, { ms: 1577923200000, zone: 'Z' }],
    ['seconds as a text', 'epoch-s', '1577923200', { ms: 1577923200000, zone: 'Z' }],
    ['milliseconds', 'epoch-ms', 1577923200123, { ms: 1577923200123, zone: 'Z' }],
    ['packed, in months of 31 days', 'packed', '548003688', { ms: utc('2017-01-19T15:14:48Z'), zone: undefined }],
  ])('%s', (_what, format, value, expected) => {
    expect(readMoment(value, format)).toEqual(expected);
  });

  test.each<[string, TimeFormat, unknown]>([
    ['of a clock that was never set', 'iso', '0000-00-00 00:00:00'],
    ['on the 31st of April', 'iso', '2026-04-31T00:00:00Z'],
    ['on the 29th of February of an ordinary year', 'iso', '2026-02-29T00:00:00Z'],
    ['at 25 o’clock', 'iso', '2026-01-01T25:00:00Z'],
    ['in the year 2999', 'iso', '2999-01-01T00:00:00Z'],
    ['with a zone that is none', 'iso', '2026-01-01T00:00:00 MST'],
    ['that is a word', 'iso', 'yesterday'],
    ['that is empty', 'iso', ''],
    ['that is a number where a text is due', 'iso', 12],
    ['zero seconds after 1970', 'epoch-s', 0],
    ['not a number', 'epoch-s', 'soon'],
    ['an object', 'epoch-ms', {}],
    ['an object that cannot be made a number', 'epoch-s', { toString: {}, valueOf: {} }],
    ['a list of one number', 'epoch-s', [1577923200]],
    ['a truth value', 'packed', true],
    ['packed, on the 31st of February', 'packed', (31 + 30) * 86_400],
    ['packed, as a word', 'packed', 'soon'],
  ])('%s is none', (_what, format, value) => {
    expect(readMoment(value, format)).toBeUndefined();
  });

  it('that JavaScript writes is read back to the millisecond', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2199-12-31'), noInvalidDate: true }), (date) => {
        expect(readMoment(date.toISOString(), 'iso')).toEqual({ ms: date.getTime(), zone: 'Z' });
      }),
    );
  });
});
