import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stillPicture } from '@angrid/gateway/drivers/onvif/index';
import { blank, bomb } from '@angrid/gateway/media/jpegs.fixture';
import type { Media } from '@angrid/gateway/media/media';
import { Secret } from '@angrid/runtime';
import { SimulatedCamera } from '../simulators/camera/index.js';
import { alertNow, clock, mediaIn, probe } from './media.fixture.js';

const login = { user: 'watcher', password: 'S3cr3t:a@b/c' };

let dir: string;
let camera: SimulatedCamera;
let media: Media;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'still-'));
  const off = { video: 'off', multicast: false, cacheDir: dir, auth: 'digest' } as const;
  camera = await SimulatedCamera.start({ id: 'gate', name: 'Gate', ...login, ...off });
  const device = { id: 'gate', address: camera.onvifAddress, user: login.user, password: new Secret(login.password) };
  const resolve = async (host: string): Promise<string> => host;
  media = await mediaIn(dir, { still: (_camera, signal) => stillPicture(device, { clock, resolve }, signal) });
  await media.watch([{ camera: 'gate', url: camera.rtspUrl, masks: [], ...device }]);
});
afterEach(async () => {
  await media.stop();
  await camera.stop();
  await rm(dir, { recursive: true });
});

const gives = (body: Buffer): void =>
  camera.replyWith({ operation: 'snapshot', headers: { 'Content-Type': 'image/jpeg' }, body });

it('a camera without video gives its alert the picture that it takes itself, and a bomb gives none', async () => {
  gives(await blank(320, 180).jpeg().toBuffer());
  const { file, data } = await media.snapshot(alertNow('gate', 'a'));
  expect((await probe(file)).codec).toBe('mjpeg');
  expect(Math.abs(data.offsetMs)).toBeLessThanOrEqual(1000);

  gives(await bomb());
  await expect(media.snapshot(alertNow('gate', 'b'))).rejects.toMatchObject({
    code: 'media.no-footage',
    cause: { code: 'media.picture-refused' },
  });
}, 30_000);
