import { describe, expect, it, test } from '@jest/globals';
import { readXml } from './soap/xml.js';
import { dateTimeMs, grantedLifetime, terminationTime } from './termination.js';

const reply = (current: string, end: string): number =>
  grantedLifetime(
    readXml(
      `<r>${current && `<CurrentTime>${current}</CurrentTime>`}${end && `<TerminationTime>${end}</TerminationTime>`}</r>`,
    ),
    Date.UTC(2026, 0, 1),
  );

test('two minutes are asked for, relative or by the clock of the camera', () => {
  expect(terminationTime('relative', 0)).toBe('PT120S');
  expect(terminationTime('absolute', Date.UTC(1970, 0, 2))).toBe('1970-01-02T00:02:00.000Z');
});

describe('what a camera granted is the difference of its own two times', () => {
  test.each([
    ['1970-01-02T00:00:00Z', '1970-01-02T00:01:40Z', 100_000],
    ['2026-01-01T08:00:00+08:00', '2026-01-01T00:01:00Z', 60_000],
    ['2026-01-01T00:00:00', '2026-01-01T00:01:00', 60_000],
    ['2026-01-01T00:00:00.500Z', '2026-01-01T00:00:01.250Z', 750],
    ['2026-01-01T00:01:00Z', '2026-01-01T00:00:00Z', -60_000],
    ['2026-01-01T00:00:00Z', '2036-01-01T00:00:00Z', 600_000],
    ['', '2026-01-01T00:01:30Z', 90_000],
    ['2026-01-01T00:00:00Z', '', 60_000],
    ['2026-01-01T00:00:00Z', 'PT60S', 60_000],
    ['0000-00-00T00:00:00Z', '2026-01-01T00:01:00Z', 60_000],
  ])('from %j to %j: %d ms', (current, end, ms) => {
    expect(reply(current, end)).toBe(ms);
  });
});

it('dates that do not exist are none', () => {
  expect(dateTimeMs('0000-00-00T00:00:00Z')).toBeUndefined();
  expect(dateTimeMs('2026-13-01T00:00:00Z')).toBeUndefined();
  expect(dateTimeMs('yesterday')).toBeUndefined();
  expect(dateTimeMs(undefined)).toBeUndefined();
});
