import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Secret, silentLog } from '@angrid/runtime';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { samplePush } from '../../testing/channel-samples.js';
import { ChatRobot } from '../../testing/chat-robot.js';
import { ConsoleClient } from '../../testing/console-client.js';
import { Town } from '../../testing/town.js';
import type { Channel } from './channel.js';
import { TargetCourier } from './courier.js';
import { wecomChannel } from './robots/wecom.js';
import { SealingBox } from './sealing.js';

jest.setTimeout(60_000);

const PUBLIC_URL = 'https://cloud.example.org';
let town: Town;
let robot: ChatRobot;
let administrator: ConsoleClient;
let target: string;
let named = 0;
let box: SealingBox;

beforeAll(async () => {
  robot = await ChatRobot.open();
  town = await Town.open({ CHANNELS_HOSTS: robot.host, CHANNELS_PUBLIC_URL: PUBLIC_URL });
  administrator = await town.signIn('administrator');
  const key = await readFile(`${town.cloud.dataFolder}/pki/channels.key`, 'utf8');
  box = new SealingBox(new Secret(key.trim()));
}, 120_000);
afterAll(async () => {
  await town?.close();
  await robot?.close();
});
beforeEach(async () => {
  town.bench.clock.jumpWall(3_600_000 + 420_000);
  robot.said.length = 0;
  named += 1;
  const draft = { channel: 'wecom', name: `东门网格群 ${named}`, address: robot.address };
  target = (await administrator.post<{ id: string }>('/api/channel-targets', draft)).body.id;
});

/** A forced door that the camera saw too; the leg of the responsible officer goes by the robot, and is taken there. */
async function pushed(): Promise<{ readonly incident: string; readonly leg: string; readonly token: string }> {
  const { bench, east } = town;
  const motion = { kind: 'motion.started', device: 'cam', at: bench.now } as const;
  const forced = { kind: 'door.forced', device: 'door', at: bench.now } as const;
  const { items } = east;
  await east.send('alarm', items.event(motion), items.alert(motion), items.event(forced), items.alert(forced));
  const [leg] = await bench.rows(sql<{ id: string; incident: string }>`
    update legs set channel = 'wecom', target_id = ${target}, state = 'sent'
    where role = 'responsible-officer'
      and incident_id = (select incident_id from incidents order by opened_at desc, incident_id desc limit 1)
    returning leg_id as id, incident_id as incident`);
  if (!leg) throw new Error('there is no leg');
  await courier().deliver(target, [samplePush(leg.id)]);
  const token = /\/m\/([\w-]{43})/.exec(robot.said.at(-1) ?? '')?.[1] ?? '';
  return { incident: leg.incident, leg: leg.id, token };
}

/** Of a process of its own, over the same database. */
function courier(channel: Channel = wecomChannel): TargetCourier {
  const { db, clock } = town.bench;
  const channels = { wecom: channel, dingtalk: channel, feishu: channel, webhook: channel, email: channel };
  const links = { publicUrl: new URL(PUBLIC_URL), lifeMs: 1_800_000 };
  return new TargetCourier({ db, clock, log: silentLog, box, channels, links });
}
const anybody = (): ConsoleClient => new ConsoleClient(town.cloud.url);
const legOf = async (leg: string) =>
  (await town.bench.rows(sql<{ state: string }>`select state from legs where leg_id = ${leg}`))[0]?.state;

describe('a leg by a robot', () => {
  it('is a card with a link; whoever opens it in the group acknowledges, and the incident shows it', async () => {
    const { incident, leg, token } = await pushed();
    const phone = anybody();
    const opened = await phone.get(`/api/m/${token}`);
    expect(opened.body).toMatchObject({
      place: '东门',
      exercise: false,
      spent: 'no',
      leg: { role: 'responsible-officer' },
    });
    expect(JSON.stringify(opened.body)).not.toMatch(/evidence|jpeg|account/);
    expect(await legOf(leg)).toBe('read');
    const answered = await phone.post(`/api/m/${token}`, { action: 'acknowledge' });
    expect(answered.body).toMatchObject({ spent: 'here', leg: { state: 'acknowledged' } });
    const desk = await town.signIn('desk');
    const { body } = await desk.get(`/api/incidents/${incident}`);
    expect(body).toMatchObject({ state: 'acknowledged' });
    expect(body['log']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          action: 'acknowledge',
          actor: expect.objectContaining({ label: `link:东门网格群 ${named}` }),
        }),
      ]),
    );
  });

  it('is answered once with its link: the phone that did goes on, another does not', async () => {
    const { token } = await pushed();
    const first = anybody();
    await first.post(`/api/m/${token}`, { action: 'acknowledge' });
    const second = anybody();
    expect((await second.get(`/api/m/${token}`)).body).toMatchObject({ spent: 'elsewhere', actions: [] });
    expect(await second.post(`/api/m/${token}`, { action: 'accept' })).toMatchObject({
      status: 409,
      body: { code: 'leg-link.spent' },
    });
    expect((await first.post(`/api/m/${token}`, { action: 'accept' })).body).toMatchObject({
      leg: { state: 'accepted' },
    });
    expect(await first.post(`/api/m/${token}`, { action: 'return' })).toMatchObject({ status: 400 });
    const returned = await first.post(`/api/m/${token}`, { action: 'return', note: '不属于本网格' });
    expect(returned.body).toMatchObject({ leg: { state: 'returned' } });
  });

  it('ends with its time, and says the cure', async () => {
    const { token } = await pushed();
    town.bench.clock.jumpWall(1_800_001);
    const { status, body } = await anybody().get(`/api/m/${token}`);
    expect({ status, body }).toMatchObject({ status: 410, body: { code: 'leg-link.expired' } });
    expect(JSON.stringify(body)).toContain('控制台');
    expect((await anybody().get(`/api/m/${'A'.repeat(43)}`)).status).toBe(410);
  });

  it('leaves each use in the audit log', async () => {
    const { leg, token } = await pushed();
    await anybody().get(`/api/m/${token}`);
    await anybody().post(`/api/m/${token}`, { action: 'acknowledge' });
    const rows = await town.bench.rows(sql<{ action: string }>`
      select action from audit_log where subject = ${`leg ${leg}`} order by audit_id`);
    expect(rows.map(({ action }) => action)).toEqual(['leg-link.open', 'leg-link.acknowledge']);
  });

  it('gets no link where the matter is restricted', async () => {
    const { incident, leg, token } = await pushed();
    await town.bench.rows(sql`update incidents set restricted = true where incident_id = ${incident}`);
    expect((await anybody().get(`/api/m/${token}`)).status).toBe(410);
    await courier().deliver(target, [samplePush(leg)]);
    expect(robot.said.at(-1)).not.toContain('/m/');
  });

  it('opens so often from one place: nobody tries links out, or fills the audit log with his', async () => {
    const { leg, token } = await pushed();
    const phone = anybody();
    let answer = await phone.get(`/api/m/${token}`);
    for (let time = 0; time < 200 && answer.status === 200; time += 1) answer = await phone.get(`/api/m/${token}`);
    expect(answer).toMatchObject({ status: 429, body: { code: 'auth.too-many-attempts' } });
    const [opened] = await town.bench.rows(sql<{ count: number }>`
      select count(*)::integer as count from audit_log where subject = ${`leg ${leg}`}`);
    expect(opened?.count).toBeLessThanOrEqual(200);
  });
});

describe('a target', () => {
  it('keeps its limit over all processes together', async () => {
    const pushes = () => Array.from({ length: 5 }, () => samplePush(uuid()));
    let sent = 0;
    const processes = Array.from({ length: 4 }, () => courier({ ...wecomChannel, send: keep }));
    const many = processes.map((each) => each.deliver(target, pushes()));
    function keep() {
      sent += 1;
      return Promise.resolve({ state: 'delivered' as const, receipt: { status: 200, text: '' } });
    }
    const results = (await Promise.all(many)).flatMap((each) => [...each.values()]);
    expect(sent).toBe(14);
    expect(results.filter(({ state }) => state === 'waiting')).toHaveLength(6);
  });

  it('shows what came of the last message, and never its key', async () => {
    robot.codes.push(45009);
    const refused = await administrator.post(`/api/channel-targets/${target}/test`);
    expect(refused.body).toMatchObject({ state: 'refused', reason: 'code 45009' });
    const { body } = await administrator.get<{ targets: readonly Record<string, unknown>[] }>('/api/channel-targets');
    const shown = body.targets.find(({ id }) => id === target);
    expect(shown).toMatchObject({ last: { state: 'refused' }, shown: `${robot.host} …NARY`, waiting: 0 });
    expect(shown?.['blockedUntil']).not.toBeNull();
    const [row] = await town.bench.rows(sql<{ all: string }>`
      select t::text || encode(sealed, 'escape') as all from channel_targets t where target_id = ${target}`);
    expect(row?.all).not.toContain('4711');
  });

  it('is told nothing any more once it is gone, until somebody switches it on', async () => {
    robot.codes.push(93000);
    await administrator.post(`/api/channel-targets/${target}/test`);
    expect((await administrator.post(`/api/channel-targets/${target}/test`)).body).toMatchObject({ state: 'gone' });
    expect(robot.said).toHaveLength(1);
    await administrator.post(`/api/channel-targets/${target}/enable`);
    expect((await administrator.post(`/api/channel-targets/${target}/test`)).body).toMatchObject({
      state: 'delivered',
    });
    expect(robot.said.at(-1)).toContain('【演练】');
  });

  it('is set up by the administrator alone, and to no host that the settings do not allow', async () => {
    const manager = await town.signIn('manager');
    expect((await manager.get('/api/channel-targets')).status).toBe(403);
    const elsewhere = {
      channel: 'webhook',
      name: 'x',
      address: 'https://169.254.169.254/',
      secrets: ['whsec_MfKQ9r8G'],
    };
    expect(await administrator.post('/api/channel-targets', elsewhere)).toMatchObject({
      status: 422,
      body: { code: 'channel.address-refused' },
    });
  });
});

describe('an incident for emergency platforms', () => {
  it('is CAP 1.2, within the reader’s scope', async () => {
    const { incident } = await pushed();
    const desk = await town.signIn('desk');
    const path = `/api/incidents/${incident}/cap.xml`;
    const response = await fetch(`${town.cloud.url}${path}`, { headers: { cookie: desk.cookie } });
    expect(response.headers.get('content-type')).toContain('application/cap+xml');
    expect(await response.text()).toMatch(/<msgType>(Alert|Update)<\/msgType>.*<areaDesc>.*东门<\/areaDesc>/);
    expect((await (await town.signIn('outsider')).get(path)).status).toBe(404);
  });
});
