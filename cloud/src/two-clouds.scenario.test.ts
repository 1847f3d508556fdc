import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret, SystemClock } from '@angrid/runtime';
import { sql } from 'kysely';
import { BenchSite, CloudBench } from '../testing/gateway-site.js';
import { HeldLine } from '../testing/held-line.js';
import { runSource, type SourceProcess } from '../testing/source-process.js';
import { WebhookReceiver } from '../testing/webhook-receiver.js';
import { createAccount, newAccountSchema } from './accounts/manage-accounts.js';
import { tokenHash } from './accounts/token.js';
import { openSealingBox } from './channels/sealing.js';
import { createTarget, newTargetSchema } from './channels/targets.js';
import { actOnIncident } from './correlation/act-on-incident.js';
import type { Addressee } from './dispatch/addressees.js';

const CALLS = 8;
const ANSWERED = 16;
const HOUR_MS = 3_600_000;
const PUSHES = 200;
/** The push that goes to a robot. */
const ROBOTS = 50;
/** What one process has on its way at a time. */
const IN_FLIGHT = 16;
const main = new URL('./main.ts', import.meta.url);
const mockIm = new URL('../../test/simulators/im/main.ts', import.meta.url);
const names = ['one', 'other'] as const;
const SEALED_BY = 'thirty-two characters, and more!';

let bench: CloudBench;
let site: BenchSite;
let platforms: WebhookReceiver;
let chat: SourceProcess;
let chatUrl: URL;
let line: HeldLine;
let robot: string;
let folder: string;
const clouds = new Map<string, SourceProcess>();

beforeAll(async () => {
  chat = runSource(mockIm, ['--port', '0']);
  [bench, platforms] = await Promise.all([CloudBench.open(), WebhookReceiver.open()]);
  bench.clock.jumpWall(new SystemClock().wall() - (ANSWERED + 2 * CALLS) * HOUR_MS - bench.clock.wall());
  site = await BenchSite.open(bench);
  await site.furnish();
  const desk: Omit<Addressee, 'id'> = { role: 'property-manager', duties: ['confirmer'], unitPaths: [] };
  const account = newAccountSchema.parse({ ...desk, login: 'desk', label: '值班', compounds: ['c1'] });
  const id = await createAccount(bench.db, account, bench.now);
  for (let call = 0; call < ANSWERED; call += 1) await answer({ ...desk, id });
  robot = await setUpRobot();
  folder = await mkdtemp(path.join(tmpdir(), 'angrid-two-clouds-'));
  await Promise.all(names.map(startCloud));
}, 180_000);
afterAll(async () => {
  const processes = [...clouds.values(), chat];
  for (const { child } of processes) child.kill('SIGKILL');
  await Promise.all(processes.map(({ ended }) => ended));
  await Promise.all([platforms.close(), line.close()]);
  await bench.close();
  await rm(folder, { recursive: true, force: true });
});

/** The robot of a group at the chats' own simulator, over a line that holds its answers. */
async function setUpRobot(): Promise<string> {
  let address: URL | undefined;
  while (address === undefined) {
    const [found] = /http:\S+\/robot\/send\S+/.exec(await chat.nextLine()) ?? [];
    if (found !== undefined) address = new URL(found);
  }
  const secret = (await chat.nextLine()).trim();
  chatUrl = new URL('/', address);
  line = await HeldLine.to(chatUrl);
  address.host = line.host;
  const facts = { channel: 'dingtalk', name: '三号楼联防群', address: address.href, secrets: [secret] };
  const box = await openSealingBox(new Secret(SEALED_BY), '');
  return createTarget({ db: bench.db, box, hosts: [line.host] }, newTargetSchema.parse(facts), bench.now);
}

/** The program itself, on the database that both share. The links on its cards begin with its name. */
async function startCloud(name: string): Promise<void> {
  const cloud = runSource(main, ['serve'], {
    env: {
      PATH: process.env['PATH'],
      THE_DATABASE: bench.db.url.reveal(),
      THE_SECRET: platforms.secret,
      THE_KEY: SEALED_BY,
      ANGRID_CLOUD_DATABASE: 'env:THE_DATABASE',
      ANGRID_CLOUD_DATA: path.join(folder, name),
      ANGRID_CLOUD_LISTEN_HTTPS: '127.0.0.1:0',
      ANGRID_CLOUD_FOUR_PLATFORMS_URL: platforms.url,
      ANGRID_CLOUD_FOUR_PLATFORMS_SECRET: 'env:THE_SECRET',
      ANGRID_CLOUD_CHANNELS_HOSTS: line.host,
      ANGRID_CLOUD_CHANNELS_KEY: 'env:THE_KEY',
      ANGRID_CLOUD_CHANNELS_PUBLIC_URL: `https://${name}.example`,
    },
  });
  clouds.set(name, cloud);
  for (let said = ''; !said.includes('the cloud is ready');) said = await cloud.nextLine();
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

/** A call that the holder of the duty takes within its time. */
async function answer(person: Addressee): Promise<void> {
  await raise('sos.raised', false);
  const [incident] = await bench.rows(sql<{ id: string; version: number }>`
    select incident_id as id, version from incidents order by opened_at desc limit 1`);
  if (!incident) throw new Error('there is no incident');
  const wish = { incident: incident.id, version: incident.version, action: 'acknowledge' } as const;
  const acting = { person, governance: bench.governance, now: bench.now };
  await bench.system((trx) => actOnIncident(trx, wish, acting));
}

/** Pushes of the confirmed incident, more than one process sends at once; one in the midst of them is the robot's. */
const queuePushes = () =>
  bench.rows(sql`
    insert into legs (leg_id, incident_id, compound_id, unit_path, role, rung, to_kind, to_id, to_unit, channel,
      target_id, state, queued_at, next_attempt_at)
    select gen_random_uuid(), incident_id, compound_id, unit_path, role, n, to_kind, to_id, to_unit,
      case when n = ${ROBOTS} then 'dingtalk' else channel end, case when n = ${ROBOTS} then ${robot}::uuid end,
      'queued', now(), now() + n * interval '1 microsecond'
    from (select * from legs where role = 'four-platforms' limit 1) l, generate_series(1, ${PUSHES}::integer) n`);

interface ShownCard {
  readonly body: string;
  readonly buttons: readonly { readonly url: string }[];
}

/** What the group sees, and the push that each card is of. */
async function cards() {
  const shown = (await (await fetch(new URL('/api/messages', chatUrl))).json()) as readonly ShownCard[];
  const links = shown.map(({ buttons }) => new URL(buttons[0]?.url ?? ''));
  const legs = await bench.rows(sql<{ hash: string; leg: string }>`
    select link_hash as hash, leg_id as leg from leg_links`);
  return links.map(({ hostname, pathname }, index) => ({
    sender: hostname.replace('.example', ''),
    leg: legs.find(({ hash }) => hash === tokenHash(pathname.replace('/m/', '')))?.leg,
    number: /编号：(\w+)/.exec(shown[index]?.body ?? '')?.[1],
    isRepeated: (shown[index]?.body ?? '').includes('重复推送'),
  }));
}

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
  it('book all points once, where both begin with the same ones', async () => {
    const booked = () =>
      bench.rows(sql<{ subject: string; fact: string; rows: number; incidents: number }>`
        select subject_kind as subject, fact, count(*)::integer as rows,
          count(distinct incident_id)::integer as incidents
        from points_ledger group by 1, 2 order by 1`);
    await until(async () => (await booked()).length > 0);
    const each = { fact: 'acknowledged-in-time', rows: ANSWERED, incidents: ANSWERED };
    expect(await booked()).toEqual([
      { subject: 'duty-holder', ...each },
      { subject: 'unit', ...each },
    ]);
  });

  it('climb each ladder once', async () => {
    for (let call = 0; call < CALLS; call += 1) await raise('sos.raised', false);
    await until(async () => (await count(sql`role = 'confirmer' and rung = 1`)) === CALLS);
    const rungs = await bench.rows(sql`
      select array_agg(rung order by rung) as rungs, count(*) filter (where l.state = 'timed-out')::integer as over
      from legs l join incidents i using (incident_id) where l.role = 'confirmer' and i.state = 'open'
      group by incident_id`);
    expect(rungs).toEqual(Array.from({ length: CALLS }, () => ({ rungs: [0, 1], over: 1 })));
  }, 60_000);

  it('push everything once by its key, where one of them dies by kill -9 in the middle', async () => {
    await raise('door.forced', true);
    await until(async () => (await count(sql`role = 'four-platforms' and state = 'delivered'`)) === 1);
    platforms.pushes.length = 0;
    await queuePushes();
    // It has told the group, and does not hear that the group was told.
    await until(() => Promise.resolve(line.arrived.length > 0));
    const [told] = await cards();
    const dying = clouds.get(told?.sender ?? '');
    dying?.child.kill('SIGKILL');
    expect(await dying?.ended).toBe('SIGKILL');
    line.release();
    // The time for which a push belongs to who has taken it passes.
    await bench.rows(
      sql`update legs set next_attempt_at = now() where role = 'four-platforms' and state <> 'delivered'`,
    );
    await until(async () => (await count(sql`role = 'four-platforms' and state = 'delivered'`)) === PUSHES + 1);
    const keys = platforms.pushes.map(({ id }) => id);
    const legs = await bench.rows(sql<{ id: string; rung: number }>`
      select leg_id as id, rung from legs where role = 'four-platforms' and rung > 0 order by 1`);
    const ofPlatforms = legs.filter(({ rung }) => rung !== ROBOTS).map(({ id }) => id);
    expect([...new Set(keys)].sort()).toEqual(ofPlatforms.sort());
    expect(platforms.pushes.every(({ genuine }) => genuine)).toBe(true);
    // What was on its way comes once more, with the same key.
    expect(keys.length - ofPlatforms.length).toBeLessThanOrEqual(2 * IN_FLIGHT);
    const leg = legs.find(({ rung }) => rung === ROBOTS)?.id ?? '';
    const ofLeg = { leg, number: leg.slice(-8) };
    expect(await cards()).toEqual([
      { ...ofLeg, sender: told?.sender, isRepeated: false },
      { ...ofLeg, sender: names.find((name) => name !== told?.sender), isRepeated: true },
    ]);
  }, 60_000);
});
