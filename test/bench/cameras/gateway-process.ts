import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { signText } from '@angrid/contract/signing';
import { Seal } from '@angrid/gateway/identity/seal';
import { createMedia } from '@angrid/gateway/media/index';
import type { CameraStream } from '@angrid/gateway/media/media';
import { Secret, silentLog, SystemClock } from '@angrid/runtime';
import { mainPath, subPath, type Yard } from './subjects.js';

/**
 * `watch` takes the streams of that many cameras; `restart` starts all of them again that many times, with the small
 * stream in the place of the large one: what leaks does not depend on its size, and how long it takes does.
 */
export type GatewayOrder = { readonly watch: number } | { readonly restart: number };

export interface GatewayAnswer {
  /** Open file descriptors of the process. */
  readonly descriptors: number;
  /** Gray pictures so far. */
  readonly frames: number;
}

const clock = new SystemClock();
const [folder = '', yardText = '{}'] = process.argv.slice(2);
const yard = JSON.parse(yardText) as Yard;
const { privateKey } = generateKeyPairSync('ed25519');
let frames = 0;

const media = await createMedia({
  clock,
  log: silentLog,
  gateway: 'gw-bench',
  wrap: new Seal(randomBytes(32)),
  sign: (text) => signText(text, privateKey),
  stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'bench' }),
  evidenceDir: join(folder, 'evidence'),
  ringDir: join(folder, 'ring'),
  resolve: async (host) => host,
  onFrame: () => (frames += 1),
});

function stream(camera: number, url: string): CameraStream {
  const { port, user, password } = yard;
  return {
    camera: `camera${camera}`,
    url: `rtsp://127.0.0.1:${port}${url}`,
    analysisUrl: `rtsp://127.0.0.1:${port}${subPath(camera)}`,
    user,
    password: new Secret(password),
    masks: [],
  };
}

async function watch(cameras: number, path = mainPath): Promise<void> {
  await media.watch(Array.from({ length: cameras }, (_, camera) => stream(camera, path(camera))));
  const running = (): number => [...media.states().values()].filter(({ state }) => state === 'running').length;
  while (running() < cameras) await clock.sleep(50);
}

async function obey(order: GatewayOrder): Promise<GatewayAnswer> {
  if ('watch' in order) await watch(order.watch);
  else {
    for (let count = 0; count < order.restart; count += 1) {
      await watch(yard.cameras, subPath);
      await watch(0);
    }
  }
  return { descriptors: (await readdir('/proc/self/fd')).length, frames };
}

process.on('message', (order: GatewayOrder) => void obey(order).then((answer) => process.send?.(answer)));
process.once('disconnect', () => void media.stop().then(() => process.exit()));
process.send?.('ready');
