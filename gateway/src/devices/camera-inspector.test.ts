import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { Secret, silentLog, VirtualClock } from '@angrid/runtime';
import type { Inventory } from '../drivers/onvif/index.js';
import { CameraFactsFile } from './camera-facts.js';
import { CameraInspector } from './camera-inspector.js';
import type { PairedDevice } from './device.js';

const camera: PairedDevice = {
  id: 'cam-1',
  kind: 'camera',
  name: 'cam-1',
  profile: 'camera',
  user: 'admin',
  address: 'http://192.168.20.7/onvif/device_service',
  password: new Secret('x'),
  identity: { serial: 'SN-7', mac: '00:11:22:33:44:55' },
};
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let folder: string;
let clock: VirtualClock;
let found: Inventory;
let reads: number;
let said: string[];
let strangers: string[];
let restreamed: string[];
let learnt: (string | undefined)[];
let paired: PairedDevice;
let isOnline: boolean;
let failure: AnGridError | undefined;
let sayFailure: Error | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'facts-'));
  clock = new VirtualClock('2026-01-01T00:00:00Z');
  found = { manufacturer: 'Acme', model: 'C-1', firmware: '1.0', serial: 'SN-7', profiles: [] };
  [learnt, restreamed, paired] = [[], [], camera];
  [reads, said, strangers, isOnline, failure, sayFailure] = [0, [], [], true, undefined, undefined];
});
afterEach(() => rm(folder, { recursive: true }));

async function inspectorOf(): Promise<CameraInspector> {
  return new CameraInspector({
    facts: await CameraFactsFile.open(join(folder, 'facts.json')),
    clock,
    log: silentLog,
    random: () => 0.5,
    find: (id) => (id === paired.id ? paired : undefined),
    isOnline: () => isOnline,
    async read() {
      reads += 1;
      if (failure) throw failure;
      return found;
    },
    async say(_camera, { kind }) {
      if (sayFailure) throw sayFailure;
      said.push(kind);
    },
    async learn(_camera, { serial }) {
      learnt.push(serial);
    },
    onStranger: (id) => strangers.push(id),
    onStreams: (id) => restreamed.push(id),
  });
}

/** Lets time pass with the ticks that the gateway gives. */
async function pass(inspector: CameraInspector, ms: number, stepMs = MINUTE): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await clock.advance(stepMs);
    inspector.tick();
    await inspector.idle();
  }
}

describe('a camera', () => {
  it('is asked soon after it came, then about once a day, and not each time that it comes back', async () => {
    const inspector = await inspectorOf();
    inspector.online('cam-1');
    inspector.tick();
    expect(reads).toBe(0);
    await pass(inspector, MINUTE);
    expect(reads).toBe(1);
    inspector.online('cam-1');
    await pass(inspector, 5 * MINUTE);
    expect(reads).toBe(1);
    await pass(inspector, 6 * MINUTE);
    expect(reads).toBe(2);
    await pass(inspector, 3 * DAY, 30 * MINUTE);
    expect(reads).toBe(5);
  });

  it('is not asked while it is away, and after a failure only later', async () => {
    const inspector = await inspectorOf();
    inspector.online('cam-1');
    isOnline = false;
    await pass(inspector, 10 * MINUTE);
    expect(reads).toBe(0);
    isOnline = true;
    failure = new AnGridError('onvif.fault', { op: 'test' });
    await pass(inspector, 30 * MINUTE);
    expect(reads).toBe(1);
  });

  it('that has other firmware than before is told, also over a restart, once', async () => {
    const first = await inspectorOf();
    first.online('cam-1');
    await pass(first, MINUTE);
    expect(said).toEqual([]);
    found = { ...found, firmware: '2.0' };
    const second = await inspectorOf();
    second.online('cam-1');
    await pass(second, 2 * DAY, 30 * MINUTE);
    expect(said).toEqual(['device.firmware_changed']);
  });

  it('whose change could not be stored is told the next time', async () => {
    const inspector = await inspectorOf();
    inspector.online('cam-1');
    await pass(inspector, MINUTE);
    found = { ...found, firmware: '2.0' };
    sayFailure = new Error('outbox full');
    await pass(inspector, 2 * DAY, 30 * MINUTE);
    sayFailure = undefined;
    await pass(inspector, DAY, 30 * MINUTE);
    expect(said).toEqual(['device.firmware_changed']);
  });

  it('whose pictures have another size is asked at once, at most each minute, and its streams are asked for anew', async () => {
    const profile = { token: 'main', name: 'main', width: 1920, height: 1080, codec: 'H264' };
    found = { ...found, profiles: [profile] };
    const inspector = await inspectorOf();
    inspector.online('cam-1');
    await pass(inspector, 5 * MINUTE);
    found = { ...found, profiles: [{ ...profile, width: 1280, height: 720 }] };
    inspector.resized('cam-1');
    await pass(inspector, 5000, 5000);
    expect([reads, said, restreamed]).toEqual([2, ['camera.stream_changed'], ['cam-1']]);
    for (let second = 0; second < 115; second += 5) {
      inspector.resized('cam-1');
      await pass(inspector, 5000, 5000);
    }
    expect([reads, restreamed]).toEqual([3, ['cam-1']]);
  });

  it('that was paired without what it is known again by is given that', async () => {
    const { identity: _none, ...bare } = camera;
    paired = bare;
    const inspector = await inspectorOf();
    inspector.online('cam-1');
    await pass(inspector, MINUTE);
    expect(learnt).toEqual(['SN-7']);
  });

  it('in the place of another one is no change, but a stranger', async () => {
    const inspector = await inspectorOf();
    found = { ...found, serial: 'SN-8', firmware: '9' };
    inspector.online('cam-1');
    await pass(inspector, MINUTE);
    expect([strangers, said]).toEqual([['cam-1'], []]);
  });
});
