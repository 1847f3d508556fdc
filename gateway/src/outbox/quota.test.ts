import { type GapData, gapItemSchema } from '@angrid/contract';
import { nextLink } from '@angrid/contract/signing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outbox } from './outbox.js';
import {
  accepting,
  appendAll,
  atom,
  chainHolds,
  drainLane,
  idsOf,
  names,
  namesOf,
  OutboxBench,
  parsed,
} from './outbox.fixture.js';
import { lineOf } from './chain.js';
import { defaultLimits } from './open-outbox.js';
import { freeBytesOf } from './open-store.js';

const roomy = defaultLimits.quotas.alarm;

describe('at the quota', () => {
  let bench: OutboxBench;
  let outbox: Outbox;

  beforeEach(async () => {
    bench = new OutboxBench();
    outbox = await bench.open({
      limits: { quotas: { alarm: { bytes: 1e6, rows: 4 }, record: { bytes: 1e6, rows: 10 }, media: roomy } },
    });
  });
  afterEach(() => bench.dispose());

  /** One commit each. */
  async function appendOneByOne(list: readonly string[]): Promise<void> {
    for (const name of list) await outbox.append(atom(name));
  }

  it('the oldest records give way to the newest', async () => {
    await appendOneByOne(names('p', 13));
    expect((await outbox.counts()).pending.record).toBe(10);
    expect(namesOf(await outbox.lease('record', 99))).toEqual(names('p', 13).slice(3));
  });

  it('what gave way becomes one gap report that covers exactly the lost numbers', async () => {
    const told: GapData[] = [];
    outbox.onGap((gap) => told.push(gap));
    await appendOneByOne(names('p', 12));
    bench.clock.jumpWall(60_000);
    await appendOneByOne(names('q', 5));
    const lease = await outbox.lease('alarm', 99);
    const [report] = parsed(lease);
    expect(lease?.lines).toHaveLength(1);
    const gap = gapItemSchema.parse(report);
    const { epoch } = await outbox.counts();
    expect(gap.data).toEqual({
      of: 'lane',
      lane: 'record',
      epoch,
      from: 1,
      to: 7,
      reason: 'quota',
      noticedAt: { wall: '2026-01-01T00:00:00.000Z', monotonicMs: 0, boot: 'boot-1' },
    });
    expect(told.map(({ from, to }) => [from, to])).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => [n, n]));
  });

  it('a gap that waits to be reported survives a restart and is announced to the uplink', async () => {
    const told: string[] = [];
    outbox.onAppended((lanes) => told.push([...lanes].sort().join()));
    await appendOneByOne(names('p', 11));
    expect(told.at(-1)).toBe('alarm,record');
    await bench.close(outbox);
    outbox = await bench.open();
    expect((await outbox.counts()).pending.alarm).toBe(1);
    expect(parsed(await outbox.lease('alarm', 9))).toMatchObject([
      { type: 'cn.angrid.report.gap.v1', data: { from: 1, to: 1 } },
    ]);
  });

  it('losses after a report are a report of their own', async () => {
    await appendOneByOne(names('p', 12));
    await drainLane(outbox, 'alarm');
    await appendOneByOne(names('q', 1));
    const [report] = parsed(await outbox.lease('alarm', 9));
    expect(report).toMatchObject({ data: { from: 3, to: 3 } });
  });

  it('the report waits behind alarms that are pending', async () => {
    await outbox.append(atom('forced', ['alarm']));
    await appendOneByOne(names('p', 11));
    expect(namesOf(await outbox.lease('alarm', 9))).toEqual(['forced']);
    const reports = (await drainLane(outbox, 'alarm')).flatMap(parsed);
    expect(reports.map(({ name, type }) => name ?? type)).toEqual(['forced', 'cn.angrid.report.gap.v1']);
  });

  it('records that are on their way do not give way, and the chain reaches over the hole', async () => {
    const all = names('p', 14);
    await appendOneByOne(all.slice(0, 10));
    const underWay = await outbox.lease('record', 3);
    await appendOneByOne(all.slice(10));
    expect(await outbox.settle(underWay!, accepting(underWay!))).toBe(3);
    const rest = await outbox.lease('record', 99);
    expect(namesOf(rest)).toEqual(all.slice(7));
    expect(rest?.lines[0]?.sequence).toBe(8);
    expect(rest && chainHolds(rest)).toBe(true);
    const { epoch } = await outbox.counts();
    let link = underWay!.head;
    for (const [index, name] of all.slice(3, 7).entries())
      link = nextLink(link, lineOf(atom(name).drafts[0]!.json, epoch, index + 4));
    expect(rest?.prev).toBe(link);
    expect(parsed(await outbox.lease('alarm', 9))).toMatchObject([{ data: { from: 4, to: 7 } }]);
  });

  it('a new epoch numbers over a hole without one of its own', async () => {
    await appendOneByOne(names('p', 10));
    await outbox.lease('record', 3);
    await appendOneByOne(names('q', 2));
    await outbox.newEpoch();
    const leases = await drainLane(outbox, 'record');
    expect(leases.flatMap(({ lines }) => lines.map(({ sequence }) => sequence))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(leases[1]?.prev).toBe(leases[0]?.head);
    expect(leases.every(chainHolds)).toBe(true);
  });

  it('alarms never give way: the next one is refused, so that its panel keeps it', async () => {
    for (const name of names('alarm', 4)) await outbox.append(atom(name, ['alarm']));
    await expect(outbox.append(atom('alarm-5', ['alarm', 'record']))).rejects.toMatchObject({ code: 'outbox.full' });
    expect(await outbox.append(atom('passage'))).toBe('stored');
    expect(await outbox.append(atom('alarm-1', ['alarm']))).toBe('duplicate');
    expect((await outbox.counts()).pending).toEqual({ alarm: 4, record: 1, media: 0 });
    await drainLane(outbox, 'alarm');
    expect(await outbox.append(atom('alarm-5', ['alarm', 'record']))).toBe('stored');
  });

  it('takes of one commit as many alarms as there is room for', async () => {
    const answers = await Promise.allSettled(names('alarm', 6).map((name) => outbox.append(atom(name, ['alarm']))));
    expect(answers.map(({ status }) => status)).toEqual([...Array(4).fill('fulfilled'), ...Array(2).fill('rejected')]);
  });

  it('counts bytes as well as rows', async () => {
    await bench.close(outbox);
    outbox = await bench.open({
      limits: { quotas: { alarm: { bytes: 2500, rows: 99 }, record: { bytes: 4000, rows: 99 }, media: roomy } },
    });
    for (const name of names('p', 6)) await outbox.append(atom(name, ['record'], 900));
    expect(namesOf(await outbox.lease('record', 9))).toEqual(['p-4', 'p-5', 'p-6']);
    await appendAll(outbox, names('a', 2), 'alarm', 900);
    await expect(outbox.append(atom('a-3', ['alarm'], 900))).rejects.toMatchObject({ code: 'outbox.full' });
  });

  it('gives the bytes of what has gone up or given way back', async () => {
    await appendOneByOne(names('p', 14));
    await drainLane(outbox, 'record', 3);
    await drainLane(outbox, 'alarm');
    expect((await outbox.counts()).bytes).toBe(0);
  });
});

describe('at the reserve of the disk', () => {
  it('nothing is taken, and what is known is still answered', async () => {
    const bench = new OutboxBench();
    let outbox = await bench.open();
    await outbox.append(atom('before'));
    await bench.close(outbox);
    outbox = await bench.open({ limits: { reserveBytes: freeBytesOf(bench.folder) * 2 } });
    await expect(outbox.append(atom('passage'))).rejects.toMatchObject({ code: 'outbox.full' });
    await expect(outbox.append(atom('forced', ['alarm']))).rejects.toMatchObject({ code: 'outbox.full' });
    expect(await outbox.append(atom('before'))).toBe('duplicate');
    const lease = await outbox.lease('record', 9);
    expect(await outbox.settle(lease!, accepting(lease!))).toBe(1);
    await bench.dispose();
  });
});

describe('the quarantine', () => {
  it('is bounded: its oldest item gives way and is reported', async () => {
    const bench = new OutboxBench();
    const outbox = await bench.open({ limits: { quarantine: 2 } });
    await appendAll(outbox, names('p', 3));
    const lease = await outbox.lease('record', 9);
    const rejected = idsOf(lease!).map((id) => ({ id, code: 'contract.violation', detail: '' }));
    await outbox.settle(lease!, { accepted: [], duplicate: [], rejected });
    expect((await outbox.quarantined(9)).map(({ sequence }) => sequence)).toEqual([2, 3]);
    expect(parsed(await outbox.lease('alarm', 9))).toMatchObject([
      { data: { lane: 'record', from: 1, to: 1, reason: 'rejected' } },
    ]);
    await bench.dispose();
  });
});
