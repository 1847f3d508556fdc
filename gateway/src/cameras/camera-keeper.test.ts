import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnGridError } from '@angrid/contract';
import { Secret, silentLog, VirtualClock } from '@angrid/runtime';
import type { PairedDevice } from '../devices/device.js';
import type { DialledDevice, DriverContext } from '../drivers/driver.js';
import { type CameraHealth, CameraKeeper } from './camera-keeper.js';

const camera: PairedDevice = {
  id: 'cam-1',
  kind: 'camera',
  name: 'cam-1',
  profile: 'camera',
  user: 'admin',
  address: 'http://192.168.20.7/onvif/device_service',
  password: new Secret('x'),
};

let clock: VirtualClock;
let keeper: CameraKeeper;
let runs: DialledDevice[];
let told: CameraHealth[];
let session: (context: DriverContext, signal: AbortSignal) => Promise<void>;
beforeEach(() => {
  clock = new VirtualClock();
  [runs, told] = [[], []];
  keeper = new CameraKeeper({
    driver: {
      name: 'test',
      run(device, context, signal) {
        runs.push(device);
        return session(context, signal);
      },
    },
    media: { watch: async () => undefined },
    sink: { accept: async () => ({ answer: undefined }) },
    clock,
    log: silentLog,
    random: () => 1,
    stamp: () => ({ wall: '', monotonicMs: 0, boot: '' }),
    resolve: async (host) => host,
    masksOf: () => [],
    streams: (_device, signal) => untilStopped(signal).then(() => Promise.reject(new Error('stopped'))),
    onHealth: (_camera, health) => told.push(health),
  });
});
afterEach(() => keeper.stop());

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

describe('how a camera is', () => {
  it.each([
    ['needs-password', 'onvif.not-authorized'],
    ['reachable', 'onvif.fault'],
  ] as const)('is %s where its driver says so at the end of a session', async (state, code) => {
    session = async ({ health }) => {
      health('connecting');
      health(state);
      throw new AnGridError(code, { op: 'test' });
    };
    void keeper.keep([camera]);
    await clock.advance(100);
    expect(keeper.health('cam-1')).toMatchObject({ state });
  });

  it('is offline where the session ends without a word', async () => {
    session = async ({ health }) => {
      health('online');
      throw new AnGridError('onvif.unreachable', { op: 'test' });
    };
    void keeper.keep([camera]);
    await clock.advance(100);
    expect(told.map(({ state }) => state)).toEqual(['online', 'offline']);
  });

  it('is told again where only its clock is another one', async () => {
    session = async ({ health }, signal) => {
      health('online', { clockSkewMs: 0 });
      health('online', { clockSkewMs: 0 });
      health('online', { clockSkewMs: 5_000 });
      await untilStopped(signal);
    };
    void keeper.keep([camera]);
    await clock.advance(100);
    expect(told.map(({ clockSkewMs }) => clockSkewMs)).toEqual([0, 5_000]);
  });
});

it.each([
  ['another address', { address: 'http://192.168.20.8/onvif/device_service' }],
  ['another certificate', { certificate: 'AA:BB' }],
])('a camera with %s is given a session of its own, and a new name changes nothing', async (_what, change) => {
  session = (_context, signal) => untilStopped(signal);
  void keeper.keep([camera]);
  await clock.advance(100);
  void keeper.keep([{ ...camera, name: 'renamed' }]);
  await clock.advance(100);
  expect(runs).toHaveLength(1);
  void keeper.keep([{ ...camera, ...change }]);
  await clock.advance(100);
  expect(runs.at(-1)).toMatchObject(change);
});
