import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { Bookkeeper, happened, timeAt } from './ledger.fixture.js';
import { ledgerLimits } from './state.js';

const HOUR = 3600;

describe('an event is late', () => {
  it('where the device says so', () => {
    expect(new Bookkeeper().take({ at: 1, late: true }).late).toBe('said-by-device');
  });

  it('where it is older than its profile allows', () => {
    const book = new Bookkeeper();
    expect(book.take({ at: 1000, deviceAt: 701, lateAfterSeconds: 300 }).late).toBeUndefined();
    expect(book.take({ at: 1001, deviceAt: 700, lateAfterSeconds: 300 }).late).toBe('too-old');
  });

  it('by its age, corrected by what its clock is off', () => {
    const book = new Bookkeeper();
    for (let at = 0; at < 100; at += 20) book.take({ at, deviceAt: at - 200, lateAfterSeconds: 300 });
    expect(book.state.clock.skewMs).toBe(-200_000);
    expect(book.take({ at: 100, deviceAt: 100 - 450, lateAfterSeconds: 300 }).late).toBeUndefined();
    expect(book.take({ at: 101, deviceAt: 101 - 550, lateAfterSeconds: 300 }).late).toBe('too-old');
  });

  it('from the one on that makes a burst, until the burst is over', () => {
    const book = new Bookkeeper();
    const burst = { over: 3, withinSeconds: 10 };
    const late = [0, 1, 2, 3, 4, 9.5, 14, 25].map((at) => book.take({ at, burst }).late);
    const sync = 'list-sync';
    expect(late).toEqual([undefined, undefined, undefined, sync, sync, sync, undefined, undefined]);
    expect(book.state.totals.late).toBe(3);
  });
});

describe('a state that is told again and again', () => {
  const told = (book: Bookkeeper, at: number, active: boolean, more: { channel?: string; late?: boolean } = {}) =>
    book.take({ at, kind: active ? 'tamper.device' : 'tamper.device_ended', edge: 'tamper.device', ...more }).unchanged;

  it('is an event when it changes, and counted when it does not', () => {
    const book = new Bookkeeper();
    const unchanged = [false, true, true, true, false, false, true].map((active, at) => told(book, at, active));
    expect(unchanged.map((one) => one === true)).toEqual([true, false, true, true, false, true, false]);
    expect(book.state.totals.unchanged).toBe(4);
  });

  it('is remembered by door', () => {
    const book = new Bookkeeper();
    expect(told(book, 1, true, { channel: '1' })).toBeUndefined();
    expect(told(book, 2, true, { channel: '2' })).toBeUndefined();
    expect(told(book, 3, true, { channel: '1' })).toBe(true);
  });

  it('says nothing of the present where it is late', () => {
    const book = new Bookkeeper();
    told(book, 1, true);
    expect(told(book, 2, false, { late: true })).toBeUndefined();
    expect(told(book, 3, true)).toBe(true);
  });

  it('is over without a word when it was not told for long enough', () => {
    const book = new Bookkeeper();
    const motion = { kind: 'motion.started', edge: 'motion.started', edgeOverAfterSeconds: 10 } as const;
    for (const at of [0, 5, 10]) book.take({ at, ...motion });
    expect(book.pass(19)).toEqual([]);
    expect(book.pass(25)).toEqual([{ over: { kind: 'motion.started', channel: undefined, active: false } }]);
    expect(book.take({ at: 26, ...motion }).unchanged).toBeUndefined();
  });
});

describe('the clock of a device', () => {
  it('is measured as the median of the last few live events', () => {
    const book = new Bookkeeper();
    for (const [at, off] of [2, 3, 3600, 2, 3].entries()) book.take({ at, deviceAt: at + off });
    book.take({ at: 9, deviceAt: -7200, late: true });
    expect(book.state.clock.skewMs).toBe(3000);
  });

  it('that was set while age alone tells late events is believed when several agree over a minute', () => {
    const book = new Bookkeeper();
    const wrong = (at: number) => book.take({ at, deviceAt: at - HOUR, lateAfterSeconds: 300 }).late;
    for (let at = 0; at < 5; at += 1) book.take({ at, lateAfterSeconds: 300 });
    expect([100, 120, 140, 160, 180].map(wrong)).toEqual(Array.from({ length: 5 }, () => 'too-old'));
    expect([book.state.clock.skewMs, wrong(200)]).toEqual([-3_600_000, undefined]);
  });

  it('is not taken to be wrong because old events come', () => {
    const book = new Bookkeeper();
    for (let at = 0; at < 5; at += 1) book.take({ at, lateAfterSeconds: 300 });
    for (let n = 0; n < 50; n += 1) book.take({ at: 7200 + n, deviceAt: 100 + n * 120, lateAfterSeconds: 300 });
    expect(book.state.clock.skewMs).toBe(0);
  });

  it('follows a jump of our own clock, so that nothing becomes late by it', () => {
    const book = new Bookkeeper();
    for (let at = 0; at < 5; at += 1) book.take({ at, lateAfterSeconds: 60 });
    const jumped = { ...timeAt(10), wall: timeAt(10 + HOUR).wall };
    const { event } = jumpedEvent(jumped, HOUR);
    expect(book.step({ event }).late).toBeUndefined();
    expect(book.state.clock.skewMs).toBe(-3_600_000);
  });

  it('says nothing while ours is not set', () => {
    const book = new Bookkeeper();
    const { event } = jumpedEvent({ wall: '1970-01-01T00:05:00.000Z', monotonicMs: 5, boot: 'b' }, 0, 0);
    expect([book.step({ event }).late, book.state.clock.skewMs]).toEqual([undefined, undefined]);
  });

  it('is an alert beyond the bound, once, and right again below half of it', () => {
    const book = new Bookkeeper({ driftSeconds: 120 });
    const off = [130, 130, 130, 130, 100, 100, 100, 50, 50, 50];
    for (const [at, by] of off.entries()) book.take({ at, deviceAt: at + by });
    expect(book.facts).toEqual([
      { drift: 'drifts', skewMs: 130_000 },
      { drift: 'over', skewMs: 50_000 },
    ]);
  });
});

function jumpedEvent(at: ReturnType<typeof timeAt>, by: number, receivedMs = Date.parse(at.wall)) {
  const { item, delivery } = happened({ at: 10 });
  if (delivery === undefined) throw new Error('no delivery');
  const deviceMs = receivedMs - by * 1000;
  return {
    event: {
      item: { ...item, data: { ...item.data, gatewayTime: at } },
      delivery: { ...delivery, deviceMs, receivedMs, lateAfterSeconds: 60 },
    },
  };
}

describe('an absence', () => {
  const away = (book: Bookkeeper, from: number, to: number): void => {
    book.life('online', from - 10);
    book.take({ at: from - 5, sequence: 1 });
    book.life('offline', from);
    book.pass(to - 1);
    book.life('online', to);
  };

  it('is reported when its replay is over: what was late, what is lost', () => {
    const book = new Bookkeeper();
    away(book, 100, 100 + HOUR);
    for (let number = 2; number <= 50; number += 1)
      if (number !== 30) book.take({ at: 3710, deviceAt: 100 + number, sequence: number, late: true });
    book.take({ at: 3711, deviceAt: 150, sequence: 50, late: true });
    const facts = book.pass(3900);
    expect(facts.at(-1)).toEqual({
      outage: {
        span: { from: timeAt(95).wall, to: timeAt(3700).wall },
        late: 48,
        backfilled: 0,
        lostCount: 1,
        lost: [{ from: 30, to: 30, epoch: 1, why: 'no-back-fill' }],
        duplicates: 1,
        rejected: {},
        certainty: 'numbered',
        reportedAt: expect.anything(),
      },
    });
    expect(book.pass(5000)).toEqual([]);
  });

  it('that was short and cost nothing is not worth a report', () => {
    const book = new Bookkeeper();
    away(book, 100, 120);
    expect(book.pass(400)).toEqual([]);
    expect(book.state.outage).toBeUndefined();
  });

  it('of a device that does not count is asked for as a span of time, twice at most', () => {
    const book = new Bookkeeper({ backfill: { by: 'time', waitSeconds: 30 }, offlineAfterSeconds: 90 });
    book.life('online', 0);
    book.take({ at: 5 });
    book.life('offline', 10);
    book.life('online', HOUR);
    const asked: number[] = [];
    for (let now = HOUR + 1; now < HOUR + 120; now += 1) {
      if (now % 30 === 0) book.life('heartbeat', now);
      if (book.step({ tick: timeAt(now) }).facts.some((fact) => 'ask' in fact)) asked.push(now - HOUR);
    }
    expect(asked).toEqual([5, 35]);
    expect(book.facts.at(-1)).toMatchObject({ outage: { certainty: 'none', lostCount: 0 } });
  });

  it('shows by silence too', () => {
    const book = new Bookkeeper({ offlineAfterSeconds: 90 });
    book.take({ at: 1, sequence: 1 });
    book.pass(90);
    expect(book.state.away).toBeUndefined();
    book.pass(91);
    expect(book.state.away).toEqual(timeAt(1));
  });
});

describe('asking again', () => {
  it('waits for a quiet line, asks a second time after the wait, and then gives up', () => {
    const book = new Bookkeeper({ backfill: { by: 'sequence', waitSeconds: 60 } });
    book.take({ at: 1, sequence: 10 });
    book.take({ at: 2, sequence: 20, late: true });
    book.take({ at: 6, sequence: 21, late: true });
    const facts = book.pass(200);
    expect(facts).toMatchObject([
      { gap: { state: 'open', noticedAt: timeAt(2) } },
      { ask: { numbers: { from: 11, to: 19 }, attempt: 1, at: timeAt(11) } },
      { ask: { attempt: 2, at: timeAt(71) } },
      { gap: { state: 'lost', why: 'not-answered', decidedAt: timeAt(131) } },
    ]);
  });

  it('asks for one gap after the other by number, and for near ones at once by time', () => {
    const asks = (by: 'sequence' | 'time') => {
      const book = new Bookkeeper({ backfill: { by, waitSeconds: 10 } });
      for (const [at, sequence] of [1, 3, 5].entries()) book.take({ at, sequence });
      return book.pass(100).flatMap((fact) => ('ask' in fact && fact.ask.attempt === 1 ? [fact.ask.gaps.length] : []));
    };
    expect([asks('sequence'), asks('time')]).toEqual([[1, 1], [2]]);
  });

  it('ends at once where the device has given all that it has', () => {
    const book = new Bookkeeper({ backfill: { by: 'sequence', waitSeconds: 600 } });
    for (const [at, sequence] of [1, 4].entries()) book.take({ at, sequence });
    book.pass(10);
    book.take({ at: 10, sequence: 2, late: true });
    book.step({ answer: 'complete', at: timeAt(10) });
    expect(book.pass(20)).toMatchObject([
      { gap: { state: 'lost', why: 'device-has-it-no-more', missing: [{ from: 3, to: 3 }] } },
    ]);
    expect(book.state.totals).toMatchObject({ backfilled: 1, lost: 1 });
  });

  it('waits while the device is away, and begins anew when it is back', () => {
    const book = new Bookkeeper({ backfill: { by: 'sequence', waitSeconds: 60 } });
    book.life('online', 0);
    for (const [at, sequence] of [1, 4].entries()) book.take({ at, sequence });
    book.pass(10);
    book.life('offline', 11);
    expect(book.pass(1000)).toEqual([]);
    book.life('online', 1001);
    expect(book.pass(1010)).toMatchObject([{ ask: { attempt: 1 } }]);
  });
});

test('whatever a device sends, the state stays small', () => {
  const kinds = fc.constantFrom('access.granted', 'tamper.device', 'tamper.device_ended', 'door.forced');
  const happening = fc.record({
    kind: kinds,
    channel: fc.string({ maxLength: 3 }),
    sequence: fc.option(fc.nat(), { nil: undefined }),
    previous: fc.option(fc.nat(), { nil: undefined }),
    count: fc.string({ maxLength: 2 }),
    late: fc.boolean(),
    deviceAt: fc.option(fc.integer({ min: -1e6, max: 1e6 })),
    lateAfterSeconds: fc.constantFrom(undefined, 60),
    burst: fc.constantFrom(undefined, { over: 5, withinSeconds: 60 }),
    edge: fc.constantFrom(undefined, 'tamper.device' as const),
    step: fc.nat(100),
  });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 300 }), (all) => {
      const book = new Bookkeeper({ backfill: { by: 'time', waitSeconds: 30 }, offlineAfterSeconds: 90 });
      let at = 0;
      for (const { step, ...told } of all) {
        at += step / 10;
        book.take({ at, ...told } as Parameters<Bookkeeper['take']>[0]);
        if (step % 3 === 0) book.step({ tick: timeAt(at) });
      }
      const { gaps, edges, older, arrivals } = book.state;
      expect(gaps.length).toBeLessThanOrEqual(ledgerLimits.gaps + 1);
      expect(edges.length).toBeLessThanOrEqual(ledgerLimits.edges);
      expect(older.length).toBeLessThanOrEqual(ledgerLimits.counts);
      expect(arrivals.length).toBeLessThanOrEqual(ledgerLimits.arrivals);
    }),
    { numRuns: 60 },
  );
});
