import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signText } from '@angrid/contract/signing';
import { Seal } from '@angrid/gateway/identity/seal';
import { createMedia } from '@angrid/gateway/media/index';
import type { CameraStream, Media } from '@angrid/gateway/media/media';
import { Secret, silentLog, SystemClock } from '@angrid/runtime';
import { SimulatedCamera } from '../../simulators/camera/index.js';
import { until } from '../../support/until.js';
import { type Bench, type Figures, median, rounded } from '../bench.js';

const ROUNDS = 5;
const POST_ROLL_MS = 5000;
const RING_FULL_MS = 8000;
const VIDEO = { width: 1920, height: 1080, fps: 15, bitrateKbps: 4000 } as const;
const ACCOUNT = { user: 'watcher', password: 'of the bench' } as const;
const MASK: CameraStream['masks'] = [[[0, 0], [0.4, 0], [0.4, 1], [0, 1]]]; // prettier-ignore

const clock = new SystemClock();

/** How long evidence takes: a snapshot from its request, a clip from the end of its post-roll, until both are on disk. */
export const evidence: Bench = {
  name: 'evidence',
  about: 'Snapshot and clip of a 1080p15 camera of 4 Mbit/s over RTSP, by real ffmpeg; masked too. Milliseconds.',
  run: async (say) => {
    const dir = await mkdtemp(join(tmpdir(), 'angrid-evidence-'));
    const ringDir = await mkdtemp('/dev/shm/angrid-evidence-');
    const cacheDir = join(tmpdir(), 'angrid-camera-video');
    const camera = await SimulatedCamera.start({
      ...{ id: 'cam', name: 'Gate', ...ACCOUNT, cacheDir, multicast: false, video: VIDEO },
    });
    const media = await openMedia(dir, ringDir);
    try {
      return await measure(media, camera, say);
    } finally {
      await media.stop();
      await camera.stop();
      await rm(dir, { recursive: true });
      await rm(ringDir, { recursive: true, force: true });
    }
  },
};

function openMedia(dir: string, ringDir: string): Promise<Media> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return createMedia({
    ...{ clock, log: silentLog, gateway: 'gw-bench', evidenceDir: dir, ringDir, wrap: new Seal(randomBytes(32)) },
    sign: (text) => signText(text, privateKey),
    stamp: () => ({ wall: new Date(clock.wall()).toISOString(), monotonicMs: clock.monotonic(), boot: 'bench' }),
    resolve: async (host) => host,
    settings: { postRollMs: POST_ROLL_MS, keepFreeBytes: 0 },
  });
}

async function measure(media: Media, camera: SimulatedCamera, say: (text: string) => void): Promise<Figures> {
  const { user, password } = ACCOUNT;
  const stream = { camera: 'cam', url: camera.rtspUrl, user, password: new Secret(password) };
  await media.watch([{ ...stream, masks: [] }]);
  await until('the stream runs', async () => media.states().get('cam')?.state === 'running' || undefined);
  await clock.sleep(RING_FULL_MS);
  const plain = await rounds(media);
  await media.watch([{ ...stream, masks: MASK }]);
  const masked = await rounds(media);
  const report = (name: string, values: readonly number[]): number => {
    say(`${name.padEnd(20)} ${values.map((value) => value.toFixed(0)).join(' ')}`);
    return rounded(median(values), 0);
  };
  return {
    clip_ms: report('clip', plain.clips),
    masked_clip_ms: report('masked clip', masked.clips),
    snapshot_ms: report('snapshot', plain.snapshots),
    masked_snapshot_ms: report('masked snapshot', masked.snapshots),
    snapshot_offset_ms: report('offset of snapshots', plain.offsets.map(Math.abs)),
    clip_bytes: report('bytes of clips', plain.bytes),
  };
}

interface Measured {
  readonly clips: number[];
  readonly snapshots: number[];
  readonly offsets: number[];
  readonly bytes: number[];
}

async function rounds(media: Media): Promise<Measured> {
  const measured: Measured = { clips: [], snapshots: [], offsets: [], bytes: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    // At another place of the group of pictures each time.
    await clock.sleep(2000 + round * 430);
    const monotonicMs = clock.monotonic();
    const alerts = [randomBytes(32).toString('hex')];
    const request = { camera: 'cam', alerts, atMs: clock.wall(), monotonicMs };
    const clip = media.clip(request);
    const snapshot = await media.snapshot(request);
    measured.snapshots.push(clock.monotonic() - monotonicMs);
    measured.offsets.push(snapshot.data.offsetMs);
    measured.bytes.push((await clip).data.bytes);
    measured.clips.push(clock.monotonic() - monotonicMs - POST_ROLL_MS);
  }
  return measured;
}
