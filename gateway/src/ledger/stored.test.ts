import { describe, expect, it } from '@jest/globals';
import { Bookkeeper } from './ledger.fixture.js';
import { Ledgers } from './ledgers.js';
import { emptyLedger, type LedgerState } from './state.js';
import { readLedger } from './stored.js';

/** Writes steps as the pipeline does, each with its event, and reads what a start would find. */
class Disk {
  readonly rows = new Map<string, string>();
  private ledgers!: Ledgers;

  async start(): Promise<Ledgers> {
    this.ledgers = await Ledgers.load({
      states: async (prefix) => {
        await Promise.resolve();
        return new Map([...this.rows].filter(([key]) => key.startsWith(prefix)));
      },
    });
    return this.ledgers;
  }

  write(before: LedgerState, after: LedgerState): number {
    const writes = this.ledgers.writesOf('door-1', before, after);
    for (const { key, json } of writes) if (json !== null) this.rows.set(key, json);
    return writes.length;
  }
}

async function kept(book: Bookkeeper, steps: () => void): Promise<LedgerState> {
  const disk = new Disk();
  await disk.start();
  const before = book.state;
  steps();
  disk.write(before, book.state);
  return (await disk.start()).of('door-1');
}

describe('a ledger after a start', () => {
  it('goes on with the number of the last durable event', async () => {
    const book = new Bookkeeper();
    const disk = new Disk();
    await disk.start();
    for (let number = 1; number <= 20; number += 1) {
      const before = book.state;
      book.take({ at: number, sequence: number, count: 'b1' });
      expect(disk.write(before, book.state)).toBe(number === 1 ? 2 : 1);
    }
    const found = (await disk.start()).of('door-1');
    expect(found.count).toEqual(book.state.count);
    expect(found.seen?.wall).toBe(book.state.seen?.wall);
  });

  it('has its gaps, its counters and what is being asked for', async () => {
    const book = new Bookkeeper({ backfill: { by: 'time', waitSeconds: 60 } });
    const found = await kept(book, () => {
      for (const sequence of [1, 2, 6, 6]) book.take({ at: sequence, deviceAt: sequence - 3, sequence });
      book.pass(20);
    });
    expect(book.state.asking).toBeDefined();
    expect(found).toMatchObject({
      gaps: book.state.gaps,
      totals: book.state.totals,
      asking: book.state.asking,
      clock: { skewMs: -3000 },
    });
  });

  it('takes a device that was here to be away since it was heard last', async () => {
    const book = new Bookkeeper();
    const found = await kept(book, () => book.take({ at: 30, sequence: 1 }));
    expect(found.away?.wall).toBe(book.state.seen?.wall);
  });
});

describe('a ledger that cannot be read', () => {
  it.each([undefined, '', '{', '{"version":2}', '[1]'])('begins anew: %s', (json) => {
    expect(readLedger({ whole: json, counters: json })).toEqual(emptyLedger);
  });
});
