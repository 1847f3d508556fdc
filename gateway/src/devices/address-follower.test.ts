import { beforeEach, describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { Secret, silentLog, VirtualClock } from '@angrid/runtime';
import type { SeenCamera } from '../drivers/onvif/index.js';
import { AddressFollower } from './address-follower.js';
import type { CameraIdentity } from './camera-identity.js';
import type { PairedDevice } from './device.js';

const OLD = 'http://192.168.20.7/onvif/device_service';
const NEW = 'http://192.168.20.99/onvif/device_service';
const identity: CameraIdentity = { endpoint: 'urn:uuid:1', serial: 'SN-7', mac: '00:11:22:33:44:55' };
const camera: PairedDevice = {
  id: 'cam-1',
  kind: 'camera',
  name: 'cam-1',
  profile: 'camera',
  user: 'admin',
  password: new Secret('x'),
  address: OLD,
  identity,
};
const seenAt = (address: string, more: Partial<SeenCamera> = {}): SeenCamera => ({
  address,
  reach: 'needs-password',
  endpoint: 'urn:uuid:1',
  ...more,
});

let clock: VirtualClock;
let away: Set<string>;
let seen: readonly SeenCamera[];
let looks: (string | undefined)[];
let cameras: readonly PairedDevice[];
let proofs: string[];
let answer: CameraIdentity | AnGridError;
let moved: string[];
let follower: AddressFollower;
beforeEach(() => {
  clock = new VirtualClock();
  cameras = [camera];
  [away, seen, looks, proofs, answer, moved] = [new Set(), [], [], [], identity, []];
  follower = new AddressFollower({
    clock,
    log: silentLog,
    networks: ['192.168.20.0/24'],
    lostAfterMs: 60_000,
    cameras: () => cameras,
    isAway: (id) => away.has(id),
    async look(network) {
      looks.push(network);
      return seen;
    },
    async identify(_camera, address) {
      proofs.push(address);
      if (answer instanceof AnGridError) throw answer;
      return answer;
    },
    async move(_camera, address) {
      moved.push(address);
      away.clear();
    },
  });
});

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5_000) {
    await clock.advance(5_000);
    follower.tick();
    await follower.idle();
  }
}

describe('a camera that is away', () => {
  it('is followed to the address at which it says who it is', async () => {
    away.add('cam-1');
    seen = [seenAt('http://192.168.20.8/', { endpoint: 'urn:uuid:2' }), seenAt(NEW)];
    await pass(55_000);
    expect(looks).toEqual([]);
    await pass(15_000);
    expect([looks, proofs, moved]).toEqual([[undefined], [NEW], [NEW]]);
  });

  it.each<[string, Partial<SeenCamera>]>([
    ['MAC address', { endpoint: 'urn:uuid:new', mac: '00:11:22:33:44:55' }],
    ['serial number', { endpoint: 'urn:uuid:new', serial: 'SN-7' }],
  ])('is known by its %s, where its endpoint is another one', async (_what, more) => {
    away.add('cam-1');
    seen = [seenAt(NEW, more)];
    await pass(70_000);
    expect(moved).toEqual([NEW]);
  });

  it('is not looked for where it comes back in time', async () => {
    away.add('cam-1');
    await pass(50_000);
    away.clear();
    await pass(30_000);
    away.add('cam-1');
    await pass(50_000);
    expect(looks).toEqual([]);
  });

  it('is looked for less and less often, and each second time address by address', async () => {
    away.add('cam-1');
    await pass(6 * 3_600_000);
    expect(looks.slice(0, 3)).toEqual([undefined, '192.168.20.0/24', undefined]);
    expect(looks.length).toBeGreaterThan(10);
    expect(looks.length).toBeLessThan(20);
  });

  it('is looked for at once, and by multicast, also while another one has long been away', async () => {
    cameras = [{ ...camera, id: 'cam-2' }, camera];
    away.add('cam-2');
    await pass(3 * 3_600_000);
    away.add('cam-1');
    const before = looks.length;
    await pass(65_000);
    expect(looks.slice(before)).toEqual([undefined]);
  });

  it('is left where it is when it is seen at its own address', async () => {
    away.add('cam-1');
    seen = [seenAt(OLD)];
    await pass(600_000);
    expect(proofs).toEqual([]);
  });
});

describe('what only claims to be the camera', () => {
  it.each<[string, CameraIdentity | AnGridError]>([
    ['does not take its login', new AnGridError('onvif.not-authorized', { op: 'test' })],
    ['is another one', { ...identity, serial: 'SN-8', mac: '00:11:22:33:44:66' }],
  ])('and %s is asked twice and never again, and nothing moves', async (_what, answered) => {
    away.add('cam-1');
    [seen, answer] = [[seenAt(NEW)], answered];
    await pass(6 * 3_600_000);
    expect([proofs, moved]).toEqual([[NEW, NEW], []]);
  });
});

it('a camera whose address another one has is looked for at once, although something answers there', async () => {
  seen = [seenAt(NEW)];
  follower.stranger('cam-1');
  await pass(5_000);
  expect(moved).toEqual([NEW]);
  await pass(600_000);
  expect(looks).toHaveLength(1);
});
