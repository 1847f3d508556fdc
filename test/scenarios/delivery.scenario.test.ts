import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInProfiles } from '@angrid/device-profiles';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import { type CloudProgram, startCloudProgram } from '../support/cloud-program.js';
import { GatewayProgram } from '../support/gateway-program.js';
import { plainCompound } from '../support/plain-compound.js';
import { until } from '../support/until.js';
import type { WireAccess } from '../support/wire-panel.js';

jest.setTimeout(60_000);

const DEVICE = 'gate';
/** What time it takes a gateway to decide passes in steps of so much: more than a wait of the profile below. */
const STEP_MS = 12_000;
/** Of the 20 events that the panel recorded while it was cut off, these are not in its replay. */
const LOST = [10, 20];
const HELD_BACK = 15;
const LIVE = 5;
const LAST = 25;
/** What it sends where it is asked for what is missing. */
const ASKED = [HELD_BACK - 1, HELD_BACK, HELD_BACK + 1];

interface Delivery {
  readonly gaps: readonly {
    readonly from: number;
    readonly to: number;
    readonly state: string;
    readonly why: string | null;
  }[];
  readonly outages: readonly { readonly from: string; readonly to: string }[];
  readonly counts: Readonly<Record<string, unknown>>;
  readonly device: { readonly state: string };
}

let folder: string;
let cloud: CloudProgram;
let gateway: GatewayProgram;
let access: WireAccess;
let panel: MqttClient;
/** What the gateway asked the panel for. */
const asked: string[] = [];
let delivery: Delivery;
let cutAt: number;
let backAt: number;

/** The panel of our own convention, which is given less time to bring what it is asked for. */
async function impatientProfile(): Promise<string> {
  const profiles = join(folder, 'profiles');
  await mkdir(profiles);
  const text = await readFile(join(builtInProfiles, 'generic', 'json-panel.yaml'), 'utf8');
  const [rules = ''] = text.split('\nexamples:');
  const own = rules.replace('name: json-panel', 'name: impatient-panel').replace('waitSeconds: 120', 'waitSeconds: 5');
  await writeFile(join(profiles, 'impatient-panel.yaml'), `${own}\nexamples: []\n`);
  return profiles;
}

async function raise(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'delivery-'));
  cloud = await startCloudProgram({ folder }, { login: 'admin', label: 'Administrator' });
  await cloud.administrator.post('/api/compounds', plainCompound('yard'));
  const path = '/api/gateways/enrolment-codes';
  const { code } = await cloud.administrator.post<{ readonly code: string }>(path, { compound: 'yard' });
  gateway = await GatewayProgram.at({
    data: join(folder, 'gateway'),
    tls: true,
    node: ['--import', fileURLToPath(new URL('../support/passing-time.mjs', import.meta.url))],
    environment: {
      ANGRID_TEST_STEP_MS: String(STEP_MS),
      ANGRID_GATEWAY_PROFILES: await impatientProfile(),
      ANGRID_GATEWAY_OUTBOX_RESERVE: '4MB',
      ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring'),
    },
  });
  await gateway.enrol(cloud.httpsUrl, code);
  await gateway.start();
  [access] = (await gateway.pair([DEVICE], 'impatient-panel')) as [WireAccess];
}

async function connect(): Promise<void> {
  panel = await connectAsync({
    ...access,
    protocol: 'mqtts',
    username: access.user,
    clientId: access.user,
    reconnectPeriod: 0,
  });
  panel.on('message', (_topic, payload) => {
    asked.push((JSON.parse(payload.toString()) as { readonly command: string }).command);
    for (const number of ASKED) void record(number, true);
  });
  await panel.subscribeAsync(`angrid/v1/${DEVICE}/command`, { qos: 1 });
}

async function record(seq: number, replay = false): Promise<void> {
  const time = new Date(cutAt + seq * 10).toISOString();
  const body = { event: 'access.granted', seq, boot: 'b1', time, door: '1', ...(replay && { replay }) };
  await panel.publishAsync(`angrid/v1/${DEVICE}/event`, JSON.stringify(body), { qos: 1 });
}

function read(): Promise<Delivery> {
  return cloud.administrator.get<Delivery>(`/api/devices/yard/${DEVICE}/delivery?hours=1`);
}

/** Lets time pass at the gateway, and its panel be heard meanwhile, until the cloud tells of the outage. */
async function reported(): Promise<Delivery> {
  return until('the outage is reported', async () => {
    gateway.signal('SIGUSR2');
    await panel.publishAsync(`angrid/v1/${DEVICE}/heartbeat`, '{"boot":"b1"}', { qos: 1 });
    await new Promise((resolve) => setTimeout(resolve, 600));
    const now = await read();
    return now.outages.length > 0 ? now : undefined;
  });
}

beforeAll(async () => {
  await raise();
  cutAt = Date.now();
  await connect();
  for (let seq = 1; seq <= LIVE; seq += 1) await record(seq);
  cutAt = Date.now();
  await panel.endAsync(true);
  await until('the cut is noticed', async () => ((await read()).counts['events'] === LIVE ? true : undefined));
  backAt = Date.now();
  await connect();
  for (let seq = LIVE + 1; seq <= LAST; seq += 1) {
    if (seq !== HELD_BACK && !LOST.includes(seq)) await record(seq, true);
  }
  delivery = await reported();
}, 120_000);

afterAll(async () => {
  await panel?.endAsync(true);
  await gateway?.kill();
  await cloud?.program.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the outage of a panel, as the console tells it', () => {
  it('names what was back-filled, and what is lost for good and why', () => {
    const [first = 0, last = 0] = LOST;
    const why = 'device-has-it-no-more';
    expect([...delivery.gaps].sort((one, other) => one.from - other.from)).toMatchObject([
      { from: first, to: first, state: 'lost', why },
      { from: HELD_BACK, to: HELD_BACK, state: 'backfilled', why: null },
      { from: last, to: last, state: 'lost', why },
    ]);
    expect(asked).toEqual(['replay', 'replay']);
  });

  it('counts what came late, twice and never', () => {
    const late = LAST - LIVE - LOST.length;
    const duplicates = ASKED.length - 1 + ASKED.length;
    expect(delivery.outages).toMatchObject([
      { device: { id: DEVICE }, late, backfilled: 1, lostCount: LOST.length, duplicates, certainty: 'numbered' },
    ]);
    const lost = LOST.length; // Each of them is an event of its own, which says so.
    expect(delivery.counts).toMatchObject({ events: LIVE + late + lost, late, lost, backfilled: 1, open: 0 });
  });

  it('spans the time in which the panel was away', () => {
    const [{ from, to } = { from: '', to: '' }] = delivery.outages;
    expect(Date.parse(from)).toBeLessThanOrEqual(cutAt + 1000);
    expect(Date.parse(to)).toBeGreaterThanOrEqual(backAt);
    expect(Date.parse(to)).toBeLessThan(backAt + 2000);
  });

  it('is in the outage report, where only what cost something is asked for', async () => {
    const { outages } = await cloud.administrator.get<{ outages: readonly object[] }>('/api/outages?lost=true');
    expect(outages).toMatchObject([{ device: { id: DEVICE }, compound: { id: 'yard' }, lostCount: LOST.length }]);
  });
});
