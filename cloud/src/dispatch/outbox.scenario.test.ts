import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { Secret, silentLog } from '@angrid/runtime';
import { sql } from 'kysely';
import { BenchSite, CloudBench } from '../../testing/gateway-site.js';
import { runSource, type SourceProcess } from '../../testing/source-process.js';
import { WebhookReceiver } from '../../testing/webhook-receiver.js';
import type { CloudTransaction } from '../database.js';
import { LegSender } from './leg-sender.js';

const PUSHES = 200;
const IN_FLIGHT = 16;

let bench: CloudBench;
let site: BenchSite;
let receiver: WebhookReceiver;
let sender: LegSender;
let other: SourceProcess | undefined;

beforeAll(async () => {
  bench = await CloudBench.open();
  site = await BenchSite.open(bench);
  await site.furnish();
}, 120_000);
afterAll(() => bench.close());
beforeEach(async () => {
  bench.clock.jumpWall(3_600_000);
  receiver = await WebhookReceiver.open();
  sender = new LegSender({
    db: bench.db,
    clock: bench.clock,
    log: silentLog,
    courier: { deliver: () => Promise.resolve(new Map()) },
    fourPlatforms: { url: new URL(receiver.url), secret: new Secret(receiver.secret) },
  });
});
afterEach(async () => {
  other?.child.kill('SIGKILL');
  await other?.ended;
  await receiver.close();
});

/** Something at the door, with motion at its camera. */
async function twoSources(kind: 'door.forced' | 'sos.raised'): Promise<void> {
  const { items } = site;
  const at = bench.now;
  const motion = { kind: 'motion.started', device: 'cam', at } as const;
  const told = { kind, device: 'door', at };
  await site.send('alarm', items.event(motion), items.alert(motion), items.event(told), items.alert(told));
}

/** An incident whose pushes to the four platforms are out. */
async function confirmedIncident(): Promise<void> {
  await twoSources('door.forced');
  await sender.work();
  receiver.pushes.length = 0;
}

/** As many pushes more of the latest incident. */
async function queue(trx: CloudTransaction, pushes: number): Promise<void> {
  await sql`
    insert into legs (leg_id, incident_id, compound_id, unit_path, role, rung, to_kind, to_id, to_unit, channel, state,
      queued_at, next_attempt_at)
    select gen_random_uuid(), incident_id, compound_id, unit_path, role, n, to_kind, to_id, to_unit, channel, 'queued',
      ${bench.now}, ${bench.now}
    from (select * from legs where role = 'four-platforms' order by queued_at desc, rung limit 1) l,
      generate_series(1, ${pushes}::integer) n`.execute(trx);
}

const states = () =>
  bench.rows(sql<{ id: string; state: string }>`
    select leg_id as id, state from legs where role = 'four-platforms' and rung > 0
      and incident_id = (select incident_id from incidents order by opened_at desc limit 1)`);

describe('the outbox', () => {
  it('pushes nothing before its commit, and nothing of what is rolled back', async () => {
    await confirmedIncident();
    const rolledBack = bench.system(async (trx) => {
      await queue(trx, 3);
      await sender.work();
      expect(receiver.pushes).toEqual([]);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await sender.work();
    expect(receiver.pushes).toEqual([]);
    await bench.system((trx) => queue(trx, 3));
    await sender.work();
    expect(receiver.pushes).toHaveLength(3);
  });

  it('pushes what is most severe first, however much waits', async () => {
    await confirmedIncident();
    await bench.system((trx) => queue(trx, 2 * IN_FLIGHT));
    bench.clock.jumpWall(3_600_000);
    await twoSources('sos.raised');
    await sender.work();
    const severities = receiver.pushes.map(({ body }) => body.data['severity']);
    expect(severities).toHaveLength(2 * IN_FLIGHT + 1);
    expect(severities.slice(0, IN_FLIGHT)).toContain(1);
  });

  it('loses no push and doubles none that counts, where one of two processes dies by kill -9 in the middle', async () => {
    await confirmedIncident();
    const options = { database: bench.db.url.reveal(), platforms: receiver.url, secret: receiver.secret };
    const script = new URL('../../testing/leg-sender-process.ts', import.meta.url);
    other = runSource(script, [JSON.stringify({ ...options, now: bench.now.toISOString() })]);
    await other.nextLine();
    await bench.system((trx) => queue(trx, PUSHES));
    const mine = sender.work();
    while (receiver.pushes.length < PUSHES / 4) await setImmediate();
    other.child.kill('SIGKILL');
    await Promise.all([mine, other.ended]);

    await bench.clock.advance(60_000);
    await sender.work();
    const legs = await states();
    const keys = receiver.pushes.map(({ id }) => id);
    expect(new Set(legs.map(({ state }) => state))).toEqual(new Set(['delivered']));
    expect([...new Set(keys)].sort()).toEqual(legs.map(({ id }) => id).sort());
    expect(legs).toHaveLength(PUSHES);
    // What the dead process had on its way is posted once more, with the same key.
    expect(keys.length - new Set(keys).size).toBeLessThanOrEqual(IN_FLIGHT);
  }, 60_000);
});
