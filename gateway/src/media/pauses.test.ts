import { AnGridError, type ErrorCode } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import { Pauses } from './pauses.js';

const DAY_MS = 86_400_000;
const of = (code: ErrorCode): AnGridError => new AnGridError(code, { op: 'test' });

/** The pauses after failures, each of a run of no length. */
function after(codes: readonly ErrorCode[], random = 1): number[] {
  const pauses = new Pauses({ random: () => random, authPauseMs: 600_000 });
  return codes.map((code) => pauses.after(of(code), 0));
}

describe('the pause after a failure', () => {
  it('grows to five seconds, and is half of that at least', () => {
    const codes = Array.from({ length: 6 }, () => 'media.stream-failed' as const);
    expect(after(codes)).toEqual([1000, 2000, 4000, 5000, 5000, 5000]);
    expect(after(codes, 0)).toEqual([500, 1000, 2000, 2500, 2500, 2500]);
  });

  it('is short again after a run that was a good one', () => {
    const pauses = new Pauses({ random: () => 1, authPauseMs: 600_000 });
    for (let count = 0; count < 5; count += 1) pauses.after(of('media.stream-failed'), 0);
    expect(pauses.after(of('media.stream-stalled'), 30_001)).toBe(1000);
  });

  it('is ten minutes after two refused passwords in a row, and then a day', () => {
    const refused = 'media.stream-auth';
    expect(after([refused, refused, refused, refused])).toEqual([1000, 600_000, DAY_MS, DAY_MS]);
    expect(after([refused, 'media.stream-failed', refused, refused])).toEqual([1000, 2000, 4000, 600_000]);
  });
});
