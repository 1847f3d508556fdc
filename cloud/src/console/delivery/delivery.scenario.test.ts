import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { DeviceGap, GapState, LossReason, NumberRange } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import { sql } from 'kysely';
import type { ConsoleClient } from '../../../testing/console-client.js';
import { Town } from '../../../testing/town.js';
import type { DeliveryView, OutageView } from './views.js';

jest.setTimeout(60_000);

/** A panel is away for two hours, replays 500 records, and three of its numbers never come. */
let town: Town;
let manager: ConsoleClient;
let opened: Buffer;

const at = (minutes: number): Date => new Date(Date.parse('2026-03-01T02:00:00Z') + minutes * 60_000);

beforeAll(async () => {
  town = await Town.open();
  manager = await town.signIn('manager');
}, 180_000);
afterAll(() => town.close());

async function delivery(of = 'door'): Promise<DeliveryView> {
  return (await manager.get<DeliveryView>(`/api/devices/east/${of}/delivery?hours=48`)).body;
}

/** Time in which the gateway is heard. */
async function pass(minutes: number): Promise<void> {
  const { bench } = town;
  bench.clock.jumpWall(minutes * 60_000);
  await bench.system((trx) => trx.updateTable('gateways').set({ last_seen_at: bench.now }).execute());
}

async function hear(first: number, last: number, late = false): Promise<void> {
  const { east, bench } = town;
  for (let from = first; from <= last; from += 100) {
    const numbers = Array.from({ length: Math.min(100, last - from + 1) }, (_, index) => from + index);
    const events = numbers.map((number) =>
      east.items.event({ kind: 'access.granted', device: 'door', at: bench.now, key: `n${number}`, late, number }),
    );
    await east.send('record', ...events);
  }
}

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly state: GapState;
  readonly missing: readonly NumberRange[];
  readonly why?: LossReason;
}

function gap({ from, to, state, missing, why }: Gap): Omit<DeviceGap, 'noticedAt'> {
  const between = { after: at(0).toISOString(), before: at(120).toISOString() };
  const facts = {
    of: 'device',
    gap: sha256(`gap ${from}`),
    device: 'door',
    epoch: 1,
    reason: 'skipped-by-device',
  } as const;
  return { ...facts, from, to, state, missing: [...missing], between, ...(why === undefined ? {} : { why }) };
}

describe('the delivery of a door', () => {
  it('is not proven before it was ever heard', async () => {
    const { proof } = await delivery();
    expect(proof).toMatchObject({ proven: false, completeSince: null });
    expect((await delivery()).knownFrom).toBeNull();
    expect(proof.doubts.map(({ doubt }) => doubt)).toContain('never-heard');
  });

  it('is proven from its first numbered event on', async () => {
    await hear(1, 5);
    const { proof, counts } = await delivery();
    expect(proof).toMatchObject({ proven: true, completeSince: at(0).toISOString(), doubts: [] });
    expect(counts).toMatchObject({ events: 5, late: 0, lost: 0, open: 0 });
    expect((await delivery()).knownFrom).toEqual(at(0).toISOString());
  });

  it('is not proven while it is away, and says since when', async () => {
    const { east, bench } = town;
    await pass(1);
    await east.send('alarm', east.items.alert({ kind: 'health.offline', device: 'door', at: bench.now }));
    const { proof } = await delivery();
    expect(proof).toMatchObject({
      proven: false,
      completeSince: at(0).toISOString(),
      completeUntil: at(1).toISOString(),
      doubts: [{ doubt: 'device-away', since: at(1).toISOString() }],
    });
  });

  it('shows a gap while it is being asked for, from the last event before it', async () => {
    const { east, bench } = town;
    await pass(120);
    manager = await town.signIn('manager');
    await hear(509, 509);
    const all = { from: 6, to: 508 };
    opened = east.gateway.batch('alarm', [east.items.gap(bench.now, gap({ ...all, state: 'open', missing: [all] }))]);
    await east.sendBytes(opened);
    await hear(6, 505, true);
    const { proof, gaps, counts } = await delivery();
    expect(proof.doubts).toEqual([{ doubt: 'gap-open', since: at(0).toISOString() }]);
    expect(gaps).toMatchObject([{ from: 6, to: 508, state: 'open' }]);
    expect(counts).toMatchObject({ events: 506, late: 500, open: 503 });
    const { body } = await manager.get<{ doors: object[] }>('/api/doors');
    expect(body.doors).toMatchObject([{ missing: { open: 503, lost: 0, devices: 1 } }]);
  });

  it('says in the end what came and which three are lost for good, why, and since when nothing is missing', async () => {
    const { east, bench } = town;
    const lost = { from: 506, to: 508 };
    const decided = gap({ from: 6, to: 508, state: 'lost', missing: [lost], why: 'device-has-it-no-more' });
    await east.send('alarm', east.items.gap(bench.now, decided));
    await east.send(
      'record',
      east.items.outage(bench.now, {
        device: 'door',
        span: { from: at(1).toISOString(), to: at(121).toISOString() },
        late: 500,
        backfilled: 500,
        lostCount: 3,
        lost: [{ ...lost, epoch: 1, why: 'device-has-it-no-more' }],
        duplicates: 7,
        rejected: { malformed: 2 },
        certainty: 'numbered',
      }),
    );
    const { proof, counts, gaps, outages } = await delivery();
    expect(proof).toMatchObject({ proven: true, completeSince: at(120).toISOString(), doubts: [] });
    expect(counts).toEqual({
      events: 506,
      late: 500,
      duplicates: 7,
      rejected: { malformed: 2 },
      lost: 3,
      backfilled: 500,
      open: 0,
    });
    expect(gaps).toMatchObject([{ state: 'lost', why: 'device-has-it-no-more', missing: [lost] }]);
    expect(outages).toMatchObject([{ lostCount: 3, late: 500, device: { id: 'door', name: '东门门禁' } }]);
  });

  it('pages nobody for what came late, nor for an absence that is still short', async () => {
    const { body } = await manager.get<{ incidents: { kind: string }[] }>('/api/incidents');
    expect(body.incidents).toEqual([]);
  });

  it('is in the outage report and in the sum of its gateway', async () => {
    const { body } = await manager.get<{ outages: OutageView[]; next: string | null }>('/api/outages?lost=true');
    expect(body).toMatchObject({ outages: [{ lostCount: 3, compound: { id: 'east' } }], next: null });
    const { body: gateways } = await manager.get<{ gateways: object[] }>('/api/gateways');
    expect(gateways.gateways).toMatchObject([{ missing: { open: 0, lost: 3, devices: 1 } }]);
  });

  it('is not turned back by an older word that arrives again', async () => {
    const { east } = town;
    const { duplicate } = await east.sendBytes(opened);
    expect(duplicate).toHaveLength(1);
    expect((await delivery()).gaps).toMatchObject([{ state: 'lost' }]);
  });

  it('is unsure where the gateway is silent or has given something up', async () => {
    const { east, bench } = town;
    await east.send(
      'alarm',
      east.items.gap(bench.now, { of: 'lane', lane: 'record', epoch: 1, from: 900, to: 950, reason: 'quota' }),
    );
    expect((await delivery()).proof).toMatchObject({ completeSince: bench.now.toISOString() });
    bench.clock.jumpWall(600_000);
    const { proof } = await delivery();
    expect(proof.proven).toBe(false);
    expect(proof.doubts.map(({ doubt }) => doubt)).toContain('gateway-silent');
  });

  it('is cut off while the device before it is away, and the one alert names what is behind it', async () => {
    const { east, bench } = town;
    await pass(1);
    await bench.system((trx) =>
      trx
        .updateTable('devices')
        .set({ behind: 'cam' })
        .where('compound_id', '=', 'east')
        .where('device_id', '=', 'door')
        .execute(),
    );
    const covers = { count: 70, devices: ['door', 'gone'] };
    await east.send('alarm', east.items.alert({ kind: 'health.offline', device: 'cam', at: bench.now, covers }));
    const { proof } = await delivery();
    expect(proof.doubts.map(({ doubt }) => doubt)).toContain('behind-away');
    const { body } = await manager.get<{ alerts: object[] }>('/api/alerts?kind=health.offline&state=active&limit=1');
    const devices = [
      { id: 'door', name: '东门门禁' },
      { id: 'gone', name: 'gone' },
    ];
    expect(body.alerts).toMatchObject([{ covers: { count: 70, devices } }]);
    const { body: page } = await manager.get<{ doors: object[] }>('/api/doors');
    expect(page.doors).toMatchObject([{ behind: { id: 'cam', state: 'offline' } }]);
  });

  it('is no less clear where the broker is away: the alert is the gateway’s own, under its name', async () => {
    const { east, bench } = town;
    const covers = { count: 2, devices: ['cam', 'door'] };
    const { id } = east.gateway;
    await bench.system((trx) =>
      trx.updateTable('gateways').set({ name: 'Box' }).where('gateway_id', '=', id).execute(),
    );
    await east.send('alarm', east.items.alert({ kind: 'health.broker_lost', device: id, at: bench.now, covers }));
    const { body } = await manager.get<{ alerts: object[] }>('/api/alerts?kind=health.broker_lost&state=active');
    expect(body.alerts).toMatchObject([{ device: { id, name: 'Box' }, covers: { count: 2 } }]);
    const [opened] = await bench.rows<{ why: { en: string } }>(
      sql`select why from incidents where kind = 'health.broker_lost'`,
    );
    expect(opened?.why.en).toBe('Box: Message broker lost');
  });

  it('is nobody else’s to see', async () => {
    for (const name of ['neighbour', 'outsider'] as const) {
      const client = await town.signIn(name);
      expect(await client.get('/api/devices/east/door/delivery')).toMatchObject({ status: 404 });
      expect((await client.get<{ outages: object[] }>('/api/outages')).body.outages).toEqual([]);
    }
    const officer = await town.signIn('officer');
    expect((await officer.get<{ outages: object[] }>('/api/outages')).body.outages).toHaveLength(1);
  });
});
