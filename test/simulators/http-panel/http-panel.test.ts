import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProfiles } from '@angrid/device-profiles';
import type { PairedDevice } from '@angrid/gateway/devices/device';
import { PairedPushDirectory } from '@angrid/gateway/devices/push-directory';
import type { Reading, ReadingSink } from '@angrid/gateway/drivers/driver';
import {
  createHttpPush,
  DeviceCaller,
  type HttpListening,
  type HttpPush,
} from '@angrid/gateway/drivers/http-push/index';
import { normalise, type NormaliseResult } from '@angrid/gateway/normalise/index';
import { ownCertificates, Secret, silentLog, SystemClock } from '@angrid/runtime';
import { sha256 } from '@angrid/contract/signing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IsapiPanel } from './isapi-panel.js';
import { LineTerminal } from './line-terminal.js';

const SECRET = 'Zk3v-8cQx_1yTn5pWm2rLg';
const clock = new SystemClock();
const profiles = await loadProfiles();
const facts = {
  gateway: 'gw-1',
  siteClass: 'art9',
  purpose: 'property-management',
  timezone: 'UTC',
  pseudonym: (credential: string) => sha256(credential).slice(0, 22),
} as const;
const paired: readonly PairedDevice[] = [
  { id: 'gate', kind: 'panel', name: 'gate', profile: 'acs-isapi', user: 'gate', passwordHash: sha256(SECRET) },
  {
    id: 'terminal',
    kind: 'panel',
    name: 'terminal',
    profile: 'security-push',
    user: 'terminal',
    vendorId: 'CJX1',
    address: 'http://127.0.0.7',
  },
];

/** The profile reads what the driver hands over; what comes of it is kept here. */
const read: { readonly reading: Reading; readonly result: NormaliseResult }[] = [];
const sink: ReadingSink = {
  async accept(reading) {
    const device = paired.find(({ id }) => id === reading.deviceId);
    const profile = profiles.get(device?.profile ?? '');
    if (!device || !profile) throw new Error(`no ${reading.deviceId}`);
    const result = normalise(reading, device, profile, facts);
    read.push({ reading, result });
    return { answer: result.answer };
  },
};
const stamp = () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'b' });
const counters = { count: () => undefined };
const kinds = () => read.flatMap(({ result }) => result.events.map(({ item }) => item.data.kind));

let folder: string;
let listener: HttpPush;
let listening: HttpListening;
let ca: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'http-panel-'));
  const tls = await ownCertificates({ name: 'test', folder, hosts: [], clock });
  ca = tls.ca;
  const registry = { all: () => paired, onChange: () => undefined };
  const local = { host: '127.0.0.1', port: 0 };
  listener = createHttpPush({
    sink,
    directory: new PairedPushDirectory(registry, profiles),
    settings: { tls: local, plain: { ...local, network: 'test' } },
    tls,
    clock,
    log: silentLog,
    counters,
    stamp,
    onRefused: () => undefined,
    onLife: () => undefined,
    onPresence: () => undefined,
  });
  listening = await listener.open();
});

beforeEach(() => void (read.length = 0));

afterAll(async () => {
  await listener.stop();
  await rm(folder, { recursive: true });
});

function isapiPanel(): Promise<IsapiPanel> {
  const url = `https://127.0.0.1:${listening.tls.port}/p/gate/${SECRET}/events`;
  return IsapiPanel.start({ target: { url, ca }, clock, account: { user: 'admin', password: 'right' } });
}

describe('an access controller that pushes in parts over TLS', () => {
  it('is heard, and its pictures go by unread', async () => {
    const panel = await isapiPanel();
    expect((await panel.push(panel.happen(5, 27), 300_000)).status).toBe(200);
    expect(kinds()).toEqual(['door.forced']);
    expect(read[0]?.reading.pictures).toBe(1);
    expect(read[0]?.reading.body.length).toBeLessThan(1000);
    await panel.stop();
  });

  it('gives what was missed when it is called', async () => {
    const panel = await isapiPanel();
    for (let count = 0; count < 3; count += 1) panel.happen(5, 27);
    const profile = profiles.get('acs-isapi');
    const instruction = profile?.backfill?.make('gate', { fromSequence: 2, toSequence: 3, position: 0 });
    if (!profile || !instruction) throw new Error('no back-fill');
    const caller = new DeviceCaller({ sink, clock, counters, stamp, resolve: async (host) => host });
    const account = {
      deviceId: 'gate',
      address: panel.address,
      credentials: { user: 'admin', password: new Secret('right') },
      maxBytes: profile.maxBytes,
      parse: (body: Buffer) => profile.parse(body),
    };
    const { answer } = await caller.call(account, instruction);
    expect(profile.backfill?.hasMore(answer)).toBe(false);
    const numbers = read.flatMap(({ result }) => result.events.map(({ item }) => item.data.dedup.key.split('|')[0]));
    expect(numbers).toEqual(['2', '3']);
    await panel.stop();
  });
});

describe('a terminal that is known by its address', () => {
  const terminal = () =>
    new LineTerminal({ server: `http://127.0.0.1:${listening.plain?.port}`, from: '127.0.0.7', serial: 'CJX1' });

  it('has its records taken, and is told OK', async () => {
    const answer = await terminal().record(102, '2026-01-02 08:00:00');
    expect([answer, kinds()]).toEqual([{ status: 200, text: 'OK' }, ['door.forced']]);
  });

  it('fetches the command that waits for it, once', async () => {
    const zk = terminal();
    const held = listener.hold('terminal', { topic: 'iclock/getrequest', payload: 'C:1:DATA QUERY' });
    expect([(await zk.poll()).text, (await zk.poll()).text]).toEqual(['C:1:DATA QUERY', 'OK']);
    await held;
    expect(read.map(({ result }) => result.heartbeat)).toEqual([true, true]);
  });

  it('speaks for itself only, and from its own address only', async () => {
    const server = `http://127.0.0.1:${listening.plain?.port}`;
    await new LineTerminal({ server, from: '127.0.0.7', serial: 'OTHER' }).record(102, '2026-01-02 08:00:00');
    expect([kinds(), read[0]?.result.drops]).toEqual([[], [{ reason: 'foreign-device', count: 1 }]]);
    const elsewhere = new LineTerminal({ server, from: '127.0.0.8', serial: 'CJX1' });
    expect((await elsewhere.record(102, '2026-01-02 08:00:00')).status).toBe(401);
    expect(read).toHaveLength(1);
  });
});
