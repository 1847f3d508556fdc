import { describe, expect, it } from '@jest/globals';
import { Bookkeeper } from '../ledger/ledger.fixture.js';
import { ledgerOf, missingOf } from './ledger.js';

describe('the ledger of a device', () => {
  it('tells its count, what is missing and what is lost', () => {
    const book = new Bookkeeper();
    for (const [at, sequence] of [1, 2, 5].entries()) book.take({ at, deviceAt: at + 2, sequence });
    book.pass(10);
    expect(ledgerOf('door-1', book.state, true)).toMatchObject({
      device: 'door-1',
      canBeAsked: true,
      count: { epoch: 1, first: 1, last: 5 },
      gaps: [{ from: 3, to: 4, state: 'open', missing: [{ from: 3, to: 4 }], missingCount: 2 }],
      clockSkewMs: 2000,
    });
    expect(missingOf(book.state)).toEqual({ open: 2, lost: 0 });
    book.pass(200);
    expect(missingOf(book.state)).toEqual({ open: 0, lost: 2 });
  });

  it('says nothing of numbers that may only have changed places', () => {
    const book = new Bookkeeper();
    for (const [at, sequence] of [1, 3].entries()) book.take({ at, sequence });
    expect(ledgerOf('door-1', book.state, false).gaps).toEqual([]);
    expect(missingOf(book.state)).toEqual({ open: 0, lost: 0 });
  });
});
