import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Bookkeeper, happened } from './ledger.fixture.js';

const minute = (number: number): number => number * 60;

describe('numbers that follow one another', () => {
  it('leave no gap', () => {
    const book = new Bookkeeper();
    for (let number = 7; number < 40; number += 1) book.take({ at: number, sequence: number });
    expect([book.state.count, book.state.gaps]).toEqual([
      expect.objectContaining({ ordinal: 1, first: 7, last: 39 }),
      [],
    ]);
  });

  it('with some left out leave a gap, which is told when the line is quiet', () => {
    const book = new Bookkeeper();
    book.take({ at: 1, sequence: 10 });
    book.take({ at: 2, sequence: 14 });
    expect(book.facts).toEqual([]);
    const [told] = book.pass(8);
    expect(told).toMatchObject({ gap: { epoch: 1, from: 11, to: 13, state: 'open', missing: [{ from: 11, to: 13 }] } });
  });

  it('that only changed places are no gap, and nobody hears of it', () => {
    const book = new Bookkeeper();
    const [, , late] = [10, 12, 11].map((sequence, index) => book.take({ at: index, sequence }).late);
    expect([late, book.pass(20), book.missing()]).toEqual([undefined, [], []]);
  });

  it('that come again count as duplicates', () => {
    const book = new Bookkeeper();
    for (const sequence of [1, 2, 2, 1, 3]) book.take({ at: sequence, sequence });
    expect(book.state.totals.duplicates).toBe(2);
    expect(book.state.count).toMatchObject({ ordinal: 1, last: 3 });
  });

  it('are shared by the events of one record', () => {
    const book = new Bookkeeper();
    book.take({ at: 1, sequence: 5 });
    book.take({ at: 2, sequence: 6, kind: 'access.granted' });
    book.step({ event: { ...bookEvent(2, 6), item: { ...bookEvent(2, 6).item, id: 'f'.repeat(64) } } });
    expect(book.state.count).toMatchObject({ ordinal: 1, first: 5, last: 6 });
  });

  it('after a step that no panel could have kept are a new count', () => {
    const book = new Bookkeeper();
    book.take({ at: 1, sequence: 5 });
    book.take({ at: 2, sequence: 4_000_000 });
    expect([book.state.count?.ordinal, book.missing()]).toEqual([2, []]);
  });
});

describe('a gap', () => {
  it('closes when its last number comes, and what came is back-filled', () => {
    const book = new Bookkeeper();
    book.take({ at: 1, sequence: 1 });
    book.take({ at: 2, sequence: 4 });
    book.pass(20);
    book.take({ at: 100, sequence: 3, late: true });
    book.take({ at: 101, sequence: 2, late: true });
    expect(book.facts.at(-1)).toMatchObject({ gap: { from: 2, to: 3, state: 'backfilled', missing: [] } });
    expect(book.state.totals).toMatchObject({ backfilled: 2, lost: 0, late: 2 });
  });

  it('makes what fills it late, where it is older than a minute by the device’s clock', () => {
    const book = new Bookkeeper();
    book.take({ at: 0, sequence: 1 });
    book.take({ at: minute(10), sequence: 4 });
    expect(book.take({ at: minute(10), deviceAt: minute(9), sequence: 2 }).late).toBeUndefined();
    expect(book.take({ at: minute(10), deviceAt: minute(8), sequence: 3 }).late).toBe('fills-gap');
  });

  it('makes what fills it late after half a minute, where the device gives no time', () => {
    const book = new Bookkeeper();
    for (const sequence of [1, 4]) book.take({ at: sequence, deviceAt: null, sequence });
    expect(book.take({ at: 20, deviceAt: null, sequence: 2 }).late).toBeUndefined();
    expect(book.take({ at: 60, deviceAt: null, sequence: 3 }).late).toBe('fills-gap');
  });

  it('is not there where the device says which number it gave before', () => {
    const book = new Bookkeeper();
    book.take({ at: 1, sequence: 41, previous: 40 });
    book.take({ at: 2, sequence: 45, previous: 41 });
    expect(book.missing()).toEqual([]);
    book.take({ at: 3, sequence: 50, previous: 48 });
    expect(book.missing()).toEqual([46, 47, 48]);
    book.take({ at: 4, sequence: 48, previous: 45 });
    expect(book.missing()).toEqual([]);
  });

  it('of a model that cannot be asked is lost after two minutes, and found when it comes all the same', () => {
    const book = new Bookkeeper();
    book.take({ at: 1, sequence: 1 });
    book.take({ at: 2, sequence: 3 });
    expect(book.pass(130)).toMatchObject([
      { gap: { state: 'open' } },
      { gap: { state: 'lost', why: 'no-back-fill', missing: [{ from: 2, to: 2 }] } },
    ]);
    expect(book.state.totals.lost).toBe(1);
    book.take({ at: 200, sequence: 2, late: true });
    expect(book.facts.at(-1)).toMatchObject({ gap: { state: 'backfilled' } });
    expect(book.state.totals).toMatchObject({ lost: 0, backfilled: 1 });
  });

  it('is one of at most 64: the oldest open one is given up then', () => {
    const book = new Bookkeeper();
    for (let number = 1; number <= 200; number += 2) book.take({ at: number / 100, sequence: number });
    expect(book.state.gaps.length).toBeLessThanOrEqual(65);
    expect(book.facts.filter((fact) => 'gap' in fact && fact.gap.why === 'too-many-gaps').length).toBe(99 - 64);
    expect(book.state.totals.lost).toBe(99 - 64);
  });
});

describe('numbers that begin anew', () => {
  it('under another name are a new count and no gap', () => {
    const book = new Bookkeeper();
    book.take({ at: 1, sequence: 500, count: 'b1' });
    book.take({ at: 2, sequence: 3, count: 'b2' });
    expect([book.state.count?.ordinal, book.state.count?.first, book.missing()]).toEqual([2, 3, []]);
  });

  it('without a name are a new count where a live number was there already, as after a wrap-around', () => {
    const book = new Bookkeeper();
    for (const [index, sequence] of [65_533, 65_534, 65_535, 0, 1, 2].entries())
      book.take({ at: index, sequence, deviceAt: index });
    expect([book.state.count, book.missing()]).toMatchObject([{ ordinal: 2, first: 0, last: 2 }, []]);
  });

  it('leave the old count its gaps, and what is late of it goes on there', () => {
    const book = new Bookkeeper();
    book.take({ at: 1, sequence: 100, count: 'b1' });
    book.take({ at: 2, sequence: 7, count: 'b2' });
    book.take({ at: 3, sequence: 101, count: 'b1', late: true });
    book.take({ at: 4, sequence: 103, count: 'b1', late: true });
    expect(book.missing()).toEqual([102]);
    book.take({ at: 5, sequence: 8, count: 'b2' });
    expect([book.state.count?.last, book.missing()]).toEqual([8, [102]]);
    book.take({ at: 6, sequence: 102, count: 'b1', late: true });
    expect(book.missing()).toEqual([]);
  });
});

describe('the ledger of any delivery', () => {
  const delivery = fc.record({
    first: fc.nat(1000),
    length: fc.integer({ min: 2, max: 60 }),
    lost: fc.uniqueArray(fc.nat(59), { maxLength: 20 }),
    order: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 60, maxLength: 60 }),
    again: fc.array(fc.nat(59), { maxLength: 20 }),
  });

  it('is the truth: exactly what never came is missing', () => {
    fc.assert(
      fc.property(delivery, ({ first, length, lost, order, again }) => {
        const sent = Array.from({ length }, (_, index) => index).filter(
          (index) => index === 0 || !lost.includes(index),
        );
        const [start = 0, ...rest] = sent;
        const shuffled = rest.toSorted((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
        const arrivals = [start, ...shuffled].flatMap((index, place) =>
          again.includes(place) ? [index, index] : [index],
        );
        const book = new Bookkeeper();
        for (const [place, index] of arrivals.entries())
          book.take({ at: place / 100, deviceAt: 0, sequence: first + index });
        const last = Math.max(...sent);
        const never = Array.from({ length: last }, (_, index) => index).filter((index) => !sent.includes(index));
        expect(book.missing().sort((a, b) => a - b)).toEqual(never.map((index) => first + index));
        expect(book.state.count).toMatchObject({ ordinal: 1, first, last: first + last });
        expect(book.state.totals.duplicates).toBe(arrivals.length - sent.length);
      }),
    );
  });

  it('decides every gap in bounded time, and what is lost and what came are all that was missing', () => {
    fc.assert(
      fc.property(delivery, ({ first, length, lost, again }) => {
        const book = new Bookkeeper({ backfill: { by: 'sequence', waitSeconds: 30 } });
        const numbers = Array.from({ length }, (_, index) => index);
        for (const index of numbers)
          if (index === 0 || !lost.includes(index)) book.take({ at: index / 10, sequence: first + index });
        const missing = book.missing();
        const back = missing.filter((_, index) => again.includes(index));
        book.pass(30);
        for (const number of back) book.take({ at: 30, sequence: number, late: true });
        book.pass(30 + 70 * (missing.length + 1));
        expect(book.state.gaps.filter((gap) => gap.state === 'open')).toEqual([]);
        expect(book.state.asking).toBeUndefined();
        expect(book.state.totals).toMatchObject({ backfilled: back.length, lost: missing.length - back.length });
      }),
      { numRuns: 50 },
    );
  });
});

function bookEvent(at: number, sequence: number) {
  return happened({ at, sequence, kind: 'door.opened' });
}
