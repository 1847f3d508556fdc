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
/** What the camera answers when it is asked for its streams, and how often it was. */
let urls: () => Promise<{ readonly url: string; readonly analysisUrl?: string }>;
let asked: number;
/** What the media side was given last. */
let watched: (string | undefined)[];
beforeEach(() => {
  clock = new VirtualClock();
  [runs, told, asked, watched] = [[], [], 0, []];
  urls = async () => ({ url: 'rtsp://192.168.20.7/main' });
  keeper = new CameraKeeper({
    driver: {
      name: 'test',
      run(device, context, signal) {
        runs.push(device);
        return session(context, signal);
      },
    },
    media: { watch: async (streams) => void (watched = streams.map(({ url }) => url)) },
    sink: { accept: async () => ({ answer: undefined }) },
    clock,
    log: silentLog,
    random: () => 1,
    stamp: () => ({ wall: '', monotonicMs: 0, boot: '' }),
    resolve: async (host) => host,
    masksOf: () => [],
    streams() {
      asked += 1;
      return urls();
    },
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

  it('is as it was where only its subscription is gone', async () => {
    session = async ({ health }) => {
      health('online');
      throw new AnGridError('onvif.subscription-lost', { op: 'test' });
    };
    void keeper.keep([camera]);
    await clock.advance(100);
    expect(told.map(({ state }) => state)).toEqual(['online']);
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

describe('the streams of a camera', () => {
  let health: DriverContext['health'];
  const settle = (): Promise<void> => clock.advance(0);
  beforeEach(async () => {
    session = (context, signal) => {
      ({ health } = context);
      return untilStopped(signal);
    };
    await keeper.keep([camera]);
  });

  it('are asked for once, when it has taken its login', async () => {
    health('connecting');
    await settle();
    expect([asked, watched]).toEqual([0, []]);
    health('clock-wrong');
    health('online');
    await settle();
    expect([asked, watched]).toEqual([1, ['rtsp://192.168.20.7/main']]);
  });

  it('are never asked for while it refuses its login, not even where that was begun before', async () => {
    health('needs-password');
    await clock.advance(86_400_000);
    expect(asked).toBe(0);
    urls = () => Promise.reject(new AnGridError('onvif.fault', { op: 'test' }));
    health('online');
    await settle();
    health('needs-password');
    await clock.advance(86_400_000);
    expect(asked).toBe(1);
  });

  it('are closed while it refuses its login, until it takes it again', async () => {
    health('online');
    await settle();
    for (const state of ['needs-password', 'connecting', 'offline'] as const) {
      health(state);
      await settle();
      expect([watched, keeper.streamOf('cam-1')]).toEqual([[], undefined]);
    }
    health('online');
    await settle();
    expect([asked, watched]).toEqual([1, ['rtsp://192.168.20.7/main']]);
  });

  it('go on while it does not answer', async () => {
    health('online');
    await settle();
    health('offline');
    await settle();
    expect(watched).toEqual(['rtsp://192.168.20.7/main']);
  });

  it('are asked for again where they are not found, at most each half minute', async () => {
    keeper.askAgain('cam-1');
    keeper.askAgain('nobody');
    expect(asked).toBe(0);
    health('online');
    await clock.advance(40_000);
    urls = async () => ({ url: 'rtsp://192.168.20.7/other' });
    for (let second = 0; second < 60; second += 5) {
      keeper.askAgain('cam-1');
      await clock.advance(5000);
    }
    expect([asked, watched]).toEqual([3, ['rtsp://192.168.20.7/other']]);
  });

  it('of a camera that was removed while it was asked are nobody’s', async () => {
    let answer = (): void => undefined;
    urls = () => new Promise((resolve) => (answer = () => resolve({ url: 'rtsp://192.168.20.7/late' })));
    health('online');
    await settle();
    const removed = keeper.keep([]);
    answer();
    await removed;
    await keeper.watch();
    expect([watched, keeper.streamOf('cam-1')]).toEqual([[], undefined]);
  });

  it('are not there where it says that it has none, and it is asked each ten minutes', async () => {
    urls = () => Promise.reject(new AnGridError('onvif.no-video', { op: 'test' }));
    health('online');
    await settle();
    expect([keeper.isBlind('cam-1'), keeper.streamOf('cam-1')]).toEqual([true, undefined]);
    await clock.advance(599_000);
    expect(asked).toBe(1);
    urls = async () => ({ url: 'rtsp://192.168.20.7/main' });
    await clock.advance(1000);
    expect([asked, keeper.isBlind('cam-1'), watched]).toEqual([2, false, ['rtsp://192.168.20.7/main']]);
  });
});
