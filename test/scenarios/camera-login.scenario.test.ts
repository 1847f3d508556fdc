import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CameraKeeper } from '@angrid/gateway/cameras/camera-keeper';
import type { PairedDevice } from '@angrid/gateway/devices/device';
import { cameraStreams, onvifDriver } from '@angrid/gateway/drivers/onvif/index';
import type { Media } from '@angrid/gateway/media/media';
import { Secret, silentLog } from '@angrid/runtime';
import { SimulatedCamera } from '../simulators/camera/index.js';
import { clock, mediaIn, until } from './media.fixture.js';

const PASSWORD = 'S3cr3t:a@b/c';
const QUIET_MS = 3000;

/** Sessions, streams and a camera that counts what it refuses; it has a substream, and no video behind either. */
describe.each(['wsse', 'digest'] as const)('a wrong password, for a camera that asks for %s,', (auth) => {
  let dir: string;
  let camera: SimulatedCamera;
  let media: Media;
  let keeper: CameraKeeper;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'login-'));
    const account = { user: 'watcher', password: PASSWORD };
    const off = { video: 'off', substream: {}, multicast: false, cacheDir: dir } as const;
    camera = await SimulatedCamera.start({ id: 'gate', name: 'Gate', ...account, auth, ...off });
    media = await mediaIn(dir);
    const resolve = async (host: string): Promise<string> => host;
    keeper = new CameraKeeper({
      ...{ driver: onvifDriver(), media, clock, log: silentLog, resolve },
      sink: { accept: async () => ({ answer: undefined }) },
      stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'boot' }),
      masksOf: () => [],
      streams: async (device, signal) => {
        const { main, analysis } = await cameraStreams(device, { clock, resolve }, signal);
        return { url: main.uri, analysisUrl: analysis?.uri };
      },
      onHealth: () => undefined,
    });
  });

  afterEach(async () => {
    await keeper.stop();
    await media.stop();
    await camera.stop();
    await rm(dir, { recursive: true });
  });

  const paired = (password: string): PairedDevice[] => {
    const device = { id: 'gate', kind: 'camera', name: 'Gate', profile: 'camera', user: 'watcher' } as const;
    return [{ ...device, address: camera.onvifAddress, password: new Secret(password) }];
  };
  const is = (state: string) => until(`it is ${state}`, () => keeper.health('gate')?.state === state, 10);

  it('is sent twice in all, and never to the streams', async () => {
    await keeper.keep(paired('wrong'));
    await is('needs-password');
    await clock.sleep(QUIET_MS);
    expect(camera.refused).toEqual({ onvif: 2, rtsp: 0 });
    await keeper.keep(paired(PASSWORD));
    await is('online');
    await until('its streams are tried', () => media.states().has('gate'), 5);
  }, 30_000);

  it('that was right before ends the streams too', async () => {
    await keeper.keep(paired(PASSWORD));
    await until('its streams are tried', () => media.states().has('gate'), 10);
    camera.changePassword('another');
    await camera.rebootFor(0);
    await is('needs-password');
    await until('its streams are closed', () => !media.states().has('gate'), 5);
    const before = { ...camera.refused };
    await clock.sleep(QUIET_MS);
    expect(camera.refused).toEqual(before);
  }, 30_000);
});
