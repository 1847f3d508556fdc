import { describe, expect, it } from '@jest/globals';
import { Bookkeeper, timeAt } from './ledger.fixture.js';

const HOUR = 3_600;

describe('a clock that the gateway reads', () => {
  it('is an alert beyond the bound at the first reading, and over when it is right again', () => {
    const book = new Bookkeeper({ driftSeconds: 120 });
    expect(book.step({ skewMs: 60_000, at: timeAt(1) }).facts).toEqual([]);
    expect(book.step({ skewMs: 86_400_000, at: timeAt(2) }).facts).toEqual([{ drift: 'drifts', skewMs: 86_400_000 }]);
    expect(book.step({ skewMs: 86_400_000, at: timeAt(3) }).facts).toEqual([]);
    expect(book.step({ skewMs: 0, at: timeAt(4) }).facts).toEqual([{ drift: 'over', skewMs: 0 }]);
  });

  it('counts more than what events have shown before', () => {
    const book = new Bookkeeper({ driftSeconds: 120 });
    for (let at = 0; at < 100; at += 20) book.take({ at, deviceAt: at - 20 });
    book.step({ skewMs: 5_000, at: timeAt(101) });
    expect(book.state.clock.skewMs).toBe(5_000);
  });

  it('is told again each twelve hours while it stays wrong', () => {
    const book = new Bookkeeper({ driftSeconds: 120 });
    const told = [0, 6, 11, 13, 20, 26].map(
      (hours) => book.step({ skewMs: -300_000, at: timeAt(hours * HOUR) }).facts.length,
    );
    expect(told).toEqual([1, 0, 0, 1, 0, 1]);
  });
});
