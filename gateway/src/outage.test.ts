import type { Item } from '@angrid/contract';
import { describe, expect, it } from '@jest/globals';
import type { MqttClient } from 'mqtt';
import { OutageYard } from './outage.fixture.js';

const HOURS = 3600;
const HOUR_MS = 3_600_000;
/** Every span that is asked for is wider by this. */
const MARGIN_MS = 60_000;
const FIRST_LOST = 100;
const HELD_BACK = 250;
const LAST_LOST = 400;
const MISSING: readonly number[] = [FIRST_LOST, HELD_BACK, LAST_LOST];

/** A panel with a memory: what it records while it is cut off it sends when it is back. */
class Panel {
  private readonly memory = new Map<number, { readonly time: string }>();
  client!: MqttClient;
  last = 0;

  constructor(private readonly yard: OutageYard) {}

  async connect(): Promise<void> {
    this.client = await this.yard.panel();
    await this.client.subscribeAsync('angrid/v1/door-1/command', { qos: 1 });
    await this.client.publishAsync('angrid/v1/door-1/state', '{"state":"online"}', { qos: 1 });
  }

  /** One event of now; every fiftieth is an alarm. */
  record(): number {
    this.last += 1;
    const event = this.last % 50 === 7 ? 'door.forced' : 'access.granted';
    const time = new Date(this.yard.clock.wall()).toISOString();
    const record = { event, seq: this.last, boot: 'b1', time, door: '1' };
    this.memory.set(this.last, record);
    return this.last;
  }

  timeOf(number: number): number {
    return Date.parse(this.memory.get(number)?.time ?? '');
  }

  async send(number: number, replay: boolean): Promise<void> {
    const body = JSON.stringify({ ...this.memory.get(number), ...(replay && { replay }) });
    await this.client.publishAsync('angrid/v1/door-1/event', body, { qos: 1 });
  }

  async beat(): Promise<void> {
    await this.client.publishAsync('angrid/v1/door-1/heartbeat', '{"boot":"b1"}', { qos: 1 });
  }

  async cut(): Promise<void> {
    await this.client.endAsync(true);
  }
}

const named = (items: readonly Item[]) =>
  items.flatMap((item) => (item.type === 'cn.angrid.alert.v1' ? [`${item.data.kind} ${item.data.state}`] : []));

describe('a panel that was cut off for two hours', () => {
  it('replays 500 records with three missing, and ledger, alerts and report are exactly right', async () => {
    const yard = await new OutageYard().start();
    const panel = new Panel(yard);
    await panel.connect();
    for (let number = 1; number <= 20; number += 1) {
      await panel.send(panel.record(), false);
      await yard.pass(10, 5);
    }
    const alertsBefore = named(await yard.collect());

    await panel.cut();
    const cutAt = yard.stamp();
    for (let number = 0; number < 503; number += 1) {
      panel.record();
      await yard.pass(14, 7);
    }
    await yard.pass(2 * HOURS - 503 * 14);

    await panel.connect();
    const replayed = Array.from({ length: 503 }, (_, index) => 21 + index).filter((one) => !MISSING.includes(one));
    for (const number of replayed.slice(0, 300)) await panel.send(number, true);
    await yard.stop();
    await yard.start();
    await panel.connect();
    for (const number of replayed.slice(280)) await panel.send(number, true);
    const commands: { from: string; to: string }[] = [];
    const answers: Promise<void>[] = [];
    panel.client.on('message', (_topic, payload) => {
      commands.push(JSON.parse(payload.toString()));
      for (const number of [HELD_BACK - 1, HELD_BACK, HELD_BACK + 1]) answers.push(panel.send(number, true));
    });
    await yard.pass(4);
    expect(yard.ledgers.of('door-1').gaps.map(({ told }) => told)).toEqual([false, false, false]);
    for (let second = 0; second < 320; second += 1) {
      await yard.pass(1);
      await Promise.all(answers);
      if (second % 30 === 0) await panel.beat();
    }

    const { gaps, totals, count, asking, outage } = yard.ledgers.of('door-1');
    expect(gaps).toMatchObject([
      { from: FIRST_LOST, to: FIRST_LOST, state: 'lost', why: 'device-has-it-no-more' },
      { from: HELD_BACK, to: HELD_BACK, state: 'backfilled', missing: [] },
      { from: LAST_LOST, to: LAST_LOST, state: 'lost', why: 'device-has-it-no-more' },
    ]);
    expect(count).toMatchObject({ ordinal: 1, first: 1, last: 523 });
    expect([asking, outage]).toEqual([undefined, undefined]);
    const again = 20 + 2 + 3;
    expect(totals).toMatchObject({ late: 501, backfilled: 1, lost: 2, duplicates: again });
    const span = { from: panel.timeOf(FIRST_LOST - 1) - MARGIN_MS, to: panel.timeOf(LAST_LOST + 1) + MARGIN_MS };
    const asked = { command: 'replay', from: inShanghai(span.from), to: inShanghai(span.to) };
    expect(commands).toEqual([asked, asked]);

    await panel.send(panel.record(), false);
    const items = await yard.collect();
    const alerts = named(items).slice(alertsBefore.length);
    expect([alertsBefore, alerts]).toEqual([
      ['door.forced active'],
      ['health.offline active', 'health.offline cleared', 'health.event_gap active'],
    ]);
    expect(gapsOf(items)).toEqual([
      '100-100 open',
      '250-250 open',
      '400-400 open',
      '250-250 backfilled',
      '100-100 lost device-has-it-no-more',
      '400-400 lost device-has-it-no-more',
    ]);
    const reports = items.flatMap((item) => (item.type === 'cn.angrid.report.outage.v1' ? [item.data] : []));
    expect(reports).toEqual([
      {
        device: 'door-1',
        span: { from: expect.any(String), to: expect.any(String) },
        late: 501,
        backfilled: 1,
        lostCount: 2,
        lost: [
          { epoch: 1, from: 100, to: 100, why: 'device-has-it-no-more' },
          { epoch: 1, from: 400, to: 400, why: 'device-has-it-no-more' },
        ],
        duplicates: again,
        rejected: {},
        certainty: 'numbered',
        reportedAt: expect.anything(),
      },
    ]);
    expect(Date.parse(reports[0]?.span.from ?? '')).toBeLessThanOrEqual(Date.parse(cutAt.wall));
    const events = items.filter((item) => 'dedup' in item.data && item.data.dedup.rule === 'device-sequence');
    expect(events.length).toBe(20 + 501 + 1);
    expect(events.filter(({ late }) => late).length).toBe(501);
    await yard.dispose();
  }, 120_000);
});

/** As the panel's own clock shows it. */
function inShanghai(ms: number): string {
  return new Date(ms + 8 * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ');
}

function gapsOf(items: readonly Item[]): string[] {
  return items.flatMap(({ type, data }) => {
    if (type !== 'cn.angrid.report.gap.v1' || data.of !== 'device') return [];
    return [`${data.from}-${data.to} ${data.state}${data.why === undefined ? '' : ` ${data.why}`}`];
  });
}
