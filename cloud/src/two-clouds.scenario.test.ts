import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SystemClock } from '@angrid/runtime';
import { sql } from 'kysely';
import { BenchSite, CloudBench } from '../testing/gateway-site.js';
import { runSource, type SourceProcess } from '../testing/source-process.js';
import { WebhookReceiver } from '../testing/webhook-receiver.js';

const CALLS = 8;
const HOUR_MS = 3_600_000;
const PUSHES = 200;
/** What one process has on its way at a time. */
const IN_FLIGHT = 16;
const main = new URL('./main.ts', import.meta.url);

let bench: CloudBench;
let site: BenchSite;
let platforms: WebhookReceiver;
let folder: string;
const clouds: SourceProcess[] = [];

beforeAll(async () => {
  bench = await CloudBench.open();
  bench.clock.jumpWall(new SystemClock().wall() - 2 * CALLS * HOUR_MS - bench.clock.wall());
  site = await BenchSite.open(bench);
  await site.furnish();
  platforms = await WebhookReceiver.open();
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-two-clouds-'));
  await Promise.all(['one', 'other'].map(startCloud));
}, 180_000);
afterAll(async () => {
  for (const { child } of clouds) child.kill('SIGKILL');
  await Promise.all(clouds.map(({ ended }) => ended));
  await platforms.close();
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

/** The program itself, on the database that both share. */
async function startCloud(name: string): Promise<void> {
  const cloud = runSource(main, ['serve'], {
    env: {
      PATH: process.env['PATH'],
      THE_DATABASE: bench.db.url.reveal(),
      THE_SECRET: platforms.secret,
      ANGRID_CLOUD_DATABASE: 'env:THE_DATABASE',
      ANGRID_CLOUD_DATA: path.join(folder, name),
      ANGRID_CLOUD_LISTEN_HTTPS: '127.0.0.1:0',
      ANGRID_CLOUD_FOUR_PLATFORMS_URL: platforms.url,
      ANGRID_CLOUD_FOUR_PLATFORMS_SECRET: 'env:THE_SECRET',
    },
  });
  clouds.push(cloud);
  for (let line = ''; !line.includes('the cloud is ready');) line = await cloud.nextLine();
}

async function raise(kind: 'sos.raised' | 'door.forced', confirmed: boolean): Promise<void> {
  bench.clock.jumpWall(HOUR_MS);
  const { items } = site;
  const at = bench.now;
  const seen = { kind: 'motion.started', device: 'cam', at } as const;
  const told = { kind, device: 'door', at } as const;
  const first = confirmed ? [items.event(seen), items.alert(seen)] : [];
  await site.send('alarm', ...first, items.event(told), items.alert(told));
}

/** Pushes of the confirmed incident, more than one process sends at once. */
const queuePushes = () =>
  bench.rows(sql`
    insert into legs (leg_id, incident_id, compound_id, unit_path, role, rung, to_kind, to_id, to_unit, channel, state,
      queued_at, next_attempt_at)
    select gen_random_uuid(), incident_id, compound_id, unit_path, role, n, to_kind, to_id, to_unit, channel, 'queued',
      now(), now()
    from (select * from legs where role = 'four-platforms' limit 1) l, generate_series(1, ${PUSHES}::integer) n`);

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 600; look += 1) {
    if (await holds()) return;
    await pause(50);
  }
  throw new Error('it did not come to that');
}
const count = async (condition: ReturnType<typeof sql>): Promise<number> => {
  const [row] = await bench.rows(sql<{ n: number }>`select count(*)::integer as n from legs where ${condition}`);
  return row?.n ?? 0;
};

describe('two processes of the cloud on one database', () => {
  it('climb each ladder once', async () => {
    for (let call = 0; call < CALLS; call += 1) await raise('sos.raised', false);
    await until(async () => (await count(sql`role = 'confirmer' and rung = 1`)) === CALLS);
    const rungs = await bench.rows(sql`
      select array_agg(rung order by rung) as rungs, count(*) filter (where state = 'timed-out')::integer as over
      from legs where role = 'confirmer' group by incident_id`);
    expect(rungs).toEqual(Array.from({ length: CALLS }, () => ({ rungs: [0, 1], over: 1 })));
  }, 60_000);

  it('push everything once by its key, where one of them dies by kill -9 in the middle', async () => {
    await raise('door.forced', true);
    await until(async () => (await count(sql`role = 'four-platforms' and state = 'delivered'`)) === 1);
    platforms.pushes.length = 0;
    await queuePushes();
    await until(() => Promise.resolve(platforms.pushes.length >= PUSHES / 4));
    const [one] = clouds;
    one?.child.kill('SIGKILL');
    await one?.ended;
    // The time for which a push belongs to who has taken it passes.
    await bench.rows(
      sql`update legs set next_attempt_at = now() where role = 'four-platforms' and state <> 'delivered'`,
    );
    await until(async () => (await count(sql`role = 'four-platforms' and state = 'delivered'`)) === PUSHES + 1);
    const keys = platforms.pushes.map(({ id }) => id);
    const legs = await bench.rows(sql<{ id: string }>`
      select leg_id as id from legs where role = 'four-platforms' and rung > 0 order by 1`);
    expect([...new Set(keys)].sort()).toEqual(legs.map(({ id }) => id).sort());
    expect(platforms.pushes.every(({ genuine }) => genuine)).toBe(true);
    // What was on its way comes once more, with the same key.
    expect(keys.length - PUSHES).toBeLessThanOrEqual(2 * IN_FLIGHT);
  }, 60_000);
});
