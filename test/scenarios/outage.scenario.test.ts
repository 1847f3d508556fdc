import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { judge } from '../faults/ledger.js';
import type { Talker } from '../faults/talker.js';
import { pause, talkFor, Yard } from '../faults/yard.js';
import type { EventRow } from '../support/cloud-rows.js';
import { until } from '../support/until.js';

const OUTAGE_MS = 60_000;
const BEFORE_MS = 3000;
/** So much less waits once the backlog flows; the panels go on a little, so that new alarms meet it. */
const FLOWS = 500;
const AFTER_MS = 2000;
const ALARM_EVERY = 20;
/** An alarm, and its end before the next. */
const alarmKinds = ['tamper.device', 'tamper.device_ended'] as const;

let yard: Yard;

beforeAll(async () => {
  yard = await Yard.open();
}, 120_000);

afterAll(() => yard?.close(), 60_000);

function kindOf(sequence: number): string {
  if (sequence % ALARM_EVERY !== 0) return 'access.granted';
  return alarmKinds[(sequence / ALARM_EVERY) % 2] ?? 'access.granted';
}

function sequenceOf({ key }: EventRow): number {
  return Number(key.split('|')[1]);
}

/** The numbers that one panel gave its events of one lane, in the order in which the cloud holds them. */
function orderOf(rows: readonly EventRow[], { device }: Talker, lane: string): number[] {
  return rows.filter((row) => row.device === device && row.lane === lane).map(sequenceOf);
}

describe('a cloud that is away for a minute while panels send records and alarms', () => {
  let rows: readonly EventRow[];
  let talkers: readonly Talker[];
  let returnedAt: number;

  beforeAll(async () => {
    const tried = await yard.raise({ name: 'outage', fsyncMs: 0, kindOf });
    const { gateway } = tried;
    ({ talkers } = tried);
    await talkFor(talkers, async () => {
      await pause(BEFORE_MS);
      yard.line.cut();
      await pause(OUTAGE_MS);
      returnedAt = Date.now();
      yard.line.restore();
      const held = await gateway.pending();
      const flows = async () => ((await gateway.pending()) < held - FLOWS ? true : undefined);
      await until('the backlog flows', flows, 90_000);
      await pause(AFTER_MS);
    });
    await gateway.drained(180_000);
    rows = await yard.rows.events(gateway.gateway);
    await gateway.stop();
  }, 400_000);

  it('gets every event exactly once when it is back', () => {
    const { acknowledged, missing, doubled } = judge(talkers, rows);
    expect({ missing, doubled }).toEqual({ missing: [], doubled: [] });
    expect(acknowledged).toBe(talkers.reduce((sum, { sent }) => sum + sent.length, 0));
  });

  it.each(['record', 'alarm'])('holds the %s lane of each panel in the order in which it was sent', (lane) => {
    for (const talker of talkers) {
      const order = orderOf(rows, talker, lane);
      expect(order.length).toBeGreaterThan(0);
      expect(order).toEqual([...order].sort((one, other) => one - other));
    }
  });

  describe('that has come back', () => {
    let waitedRecords: readonly number[];
    let alarms: readonly { readonly sentAt: number; readonly arrivedAt: number }[];

    beforeAll(() => {
      const times = talkers.flatMap(({ device, sent }) =>
        sent.map(({ sequence, at }) => [`${device} ${sequence}`, at] as const),
      );
      const sentAt = new Map(times);
      const after = rows
        .filter(({ arrivedAt }) => arrivedAt > returnedAt)
        .map((row) => ({ ...row, sentAt: sentAt.get(`${row.device} ${sequenceOf(row)}`) ?? 0 }));
      const backlog = after.filter((row) => row.lane === 'record' && row.sentAt < returnedAt);
      waitedRecords = backlog.map(({ arrivedAt }) => arrivedAt).sort((one, other) => one - other);
      alarms = after.filter(({ lane }) => lane === 'alarm');
      const since = (at = 0): number => Math.round(at - returnedAt);
      const span = [since(waitedRecords[0]), since(waitedRecords.at(-1))];
      const fresh = alarms.filter((alarm) => alarm.sentAt > returnedAt).map((alarm) => since(alarm.arrivedAt));
      const figures = { backlog: waitedRecords.length, span, fresh: fresh.length, freshFrom: Math.min(...fresh) };
      process.stderr.write(`outage: ${JSON.stringify(figures)}\n`);
    });

    it('gets the alarms of the outage before most of the records', () => {
      const median = waitedRecords[waitedRecords.length >> 1] ?? 0;
      const waited = alarms.filter(({ sentAt }) => sentAt < returnedAt).map(({ arrivedAt }) => arrivedAt);
      expect(waited.length).toBeGreaterThan(0);
      expect(Math.max(...waited)).toBeLessThan(median);
    });

    it('gets new alarms while records of the outage still wait', () => {
      const [first = 0] = waitedRecords;
      const last = waitedRecords.at(-1) ?? 0;
      const fresh = alarms.filter(({ sentAt }) => sentAt > first && sentAt < last);
      expect(fresh.length).toBeGreaterThan(0);
      expect(fresh.some(({ arrivedAt }) => arrivedAt < last)).toBe(true);
    });
  });
});
