import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Courier } from '../support/courier.js';
import { GatewayProgram } from '../support/gateway-program.js';
import { angrid } from '../support/program.js';
import { until } from '../support/until.js';
import { type WireAccess, WirePanel } from '../support/wire-panel.js';

jest.setTimeout(60_000);

const DEVICE = 'odd';
const TOPIC = `acme/${DEVICE}/news`;
const EVERY_MS = 100;

let folder: string;
let environment: Record<string, string>;
let gateway: GatewayProgram;
let courier: Courier;
let access: WireAccess;
let draft: string;

/** What no profile knows: a door that opens and closes, and who it was. */
function said(number: number): string {
  const kind = number % 2 === 1 ? 'door_open' : 'door_close';
  const at = new Date().toISOString();
  return JSON.stringify({ kind, no: number, at, reader: '1', holder: 'Li Wei', tel: '13800138000' });
}

/** A panel that goes on and on, and comes again where it is cut off; ends by the signal. */
async function speak(signal: AbortSignal): Promise<void> {
  let panel: WirePanel | undefined;
  for (let number = 1; !signal.aborted; number += 1) {
    try {
      panel ??= await WirePanel.connect(access);
      await panel.publish(TOPIC, said(number));
    } catch {
      panel = undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  panel?.leave();
}

async function whileSpeaking<T>(work: () => Promise<T>): Promise<T> {
  const ending = new AbortController();
  const speaking = speak(ending.signal);
  try {
    return await work();
  } finally {
    ending.abort();
    await speaking;
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'learn-'));
  const profiles = join(folder, 'profiles');
  await mkdir(profiles);
  draft = join(profiles, 'acme-panel.yaml');
  const data = join(folder, 'data');
  const spool = join(folder, 'spool');
  environment = {
    ANGRID_GATEWAY_DATA: data,
    ANGRID_GATEWAY_PROFILES: profiles,
    ANGRID_GATEWAY_UPLINK: 'spool',
    ANGRID_GATEWAY_SPOOL: spool,
    ANGRID_GATEWAY_OUTBOX_RESERVE: '4MB',
    ANGRID_GATEWAY_MEDIA_RING: join(folder, 'ring'),
  };
  gateway = await GatewayProgram.at({ data, environment, tls: true });
  await gateway.enrolNowhere();
  await gateway.start();
  courier = new Courier(spool);
  [access] = (await gateway.pair([DEVICE])) as [WireAccess];
});

afterAll(async () => {
  await gateway?.kill();
  await courier?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a panel that nobody here has seen', () => {
  it('is learned from what it says, and the draft is whole and holds nobody', async () => {
    const learned = await whileSpeaking(() =>
      angrid<{ captured: number; examples: number }>(
        ['profile', 'learn', '--device', DEVICE, '--topic', 'acme/#', '--for', '3s', '--output', draft],
        environment,
      ),
    );
    expect(learned.captured).toBeGreaterThan(1);
    const text = await readFile(draft, 'utf8');
    expect(text).toContain('topic: acme/{device}/news');
    expect(text).not.toMatch(/Li Wei|13800138000/);
    expect(await angrid(['profile', 'lint', draft], environment)).toMatchObject({ ok: true });
    expect(await angrid(['profile', 'test', draft], environment)).toMatchObject({ passed: true });
    expect(courier.events.size).toBe(0);
  });

  it('is heard by that draft, once somebody has said what its codes mean', async () => {
    const text = await readFile(draft, 'utf8');
    const meant = text
      .replace(/door_open:\n\s+ignore: not-mapped-yet/, 'door_open: door.opened')
      .replace(/door_close:\n\s+ignore: not-mapped-yet/, 'door_close: door.closed');
    await writeFile(draft, meant);
    await gateway.stop();
    await gateway.start();
    const replaced = await angrid<{ access: { user: string; password: string } }>(
      ['device', 'replace', DEVICE, '--profile', 'acme-panel'],
      environment,
    );
    access = { ...access, user: replaced.access.user, password: replaced.access.password };
    await whileSpeaking(() =>
      until('its events are carried', async () => (courier.events.size >= 4 ? true : undefined)),
    );
    expect([...courier.events.keys()].every((name) => name.startsWith(`${DEVICE} `))).toBe(true);
    expect(Math.max(...[...courier.events.values()].map((places) => places.size))).toBe(1);
  });
});
