import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { instantOf } from '../normalise/index.js';
import { askedSpan } from './span.js';

const utc = (text: string): number => Date.parse(`${text}Z`);
const asked = (from: string, to: string, zone: string, skewMs = 0) =>
  askedSpan({ fromMs: utc(from), toMs: utc(to) }, { zone, skewMs });

describe('the span that a device is asked for', () => {
  it('is in its own local time, a minute wider on both sides', () => {
    expect(asked('2026-01-15T08:00:00', '2026-01-15T10:00:00', 'Asia/Shanghai')).toEqual({
      from: '2026-01-15 15:59:00',
      to: '2026-01-15 18:01:00',
      fromEpoch: utc('2026-01-15T07:59:00') / 1000,
      toEpoch: utc('2026-01-15T10:01:00') / 1000,
    });
  });

  it('is wider by what its clock is off, either way', () => {
    for (const skewMs of [-600_000, 600_000])
      expect(asked('2026-01-15T08:00:00', '2026-01-15T10:00:00', 'UTC', skewMs)).toMatchObject({
        from: '2026-01-15 07:49:00',
        to: '2026-01-15 10:11:00',
      });
  });

  it('in the hour that comes twice begins before the first and ends behind the second', () => {
    expect(asked('2026-10-25T00:10:00', '2026-10-25T00:20:00', 'Europe/Berlin').from).toBe('2026-10-25 01:09:00');
    expect(asked('2026-10-25T01:10:00', '2026-10-25T01:20:00', 'Europe/Berlin').to).toBe('2026-10-25 03:21:00');
  });

  it('over the hour that is skipped has no text of that hour’s length too few', () => {
    expect(asked('2026-03-29T00:30:00', '2026-03-29T01:30:00', 'Europe/Berlin')).toMatchObject({
      from: '2026-03-29 01:29:00',
      to: '2026-03-29 03:31:00',
    });
  });
});

test('however a device reads the texts, they hold the span', () => {
  const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Shanghai');
  const from = fc.integer({ min: utc('2026-01-01T00:00:00'), max: utc('2027-01-01T00:00:00') });
  fc.assert(
    fc.property(zone, from, fc.nat(86_400_000), (name, fromMs, length) => {
      const span = askedSpan({ fromMs, toMs: fromMs + length }, { zone: name, skewMs: 0 });
      const read = (text: string, near: number) =>
        instantOf(Date.parse(`${text.replace(' ', 'T')}Z`), name, near) ?? NaN;
      for (const near of [0, Number.MAX_SAFE_INTEGER]) {
        expect(read(span.from, near)).toBeLessThanOrEqual(fromMs);
        expect(read(span.to, near)).toBeGreaterThanOrEqual(fromMs + length);
      }
    }),
  );
});
