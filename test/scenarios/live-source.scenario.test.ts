import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Secret, SystemClock } from '@angrid/runtime';
import type { LivePart } from '@angrid/contract';
import { runLive } from '@angrid/gateway/live/live-source';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SimulatedCamera } from '../simulators/camera/index.js';

const run = promisify(execFile);
const clock = new SystemClock();
/** The left half. */
const MASK = [
  [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1],
  ],
] as const;

describe('the live picture of a camera', () => {
  let camera: SimulatedCamera;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'angrid-live-source-'));
    const account = { user: 'onvif', password: 'source-1' };
    const cacheDir = join(tmpdir(), 'angrid-streams');
    camera = await SimulatedCamera.start({ id: 'source', name: 'source', ...account, cacheDir, multicast: false });
  }, 60_000);
  afterAll(async () => {
    await camera.stop();
    await rm(folder, { recursive: true });
  });

  /** The first parts; then it is ended, and nothing of it is left. */
  async function parts(count: number, masks: typeof MASK | readonly []): Promise<LivePart[]> {
    const stream = { camera: 'cam', url: camera.rtspUrl, user: 'onvif', password: new Secret('source-1'), masks };
    const taken: LivePart[] = [];
    const enough = new AbortController();
    const onPart = (part: LivePart): void => {
      if (taken.push(part) === count) enough.abort(new Error('enough'));
    };
    const options = { clock, ffmpeg: 'ffmpeg', resolve: (host: string) => Promise.resolve(host), onPart };
    await expect(runLive(stream, options, enough.signal)).rejects.toThrow('enough');
    return taken.slice(0, count);
  }

  /** Mean brightness of the left and the right half of the last picture. */
  async function halves(taken: readonly LivePart[]): Promise<readonly [left: number, right: number]> {
    const file = join(folder, 'live.mp4');
    await writeFile(file, Buffer.concat(taken.map(({ bytes }) => bytes)));
    const gray = ['-vf', 'scale=64:36', '-pix_fmt', 'gray', '-f', 'rawvideo', '-'];
    const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', file, ...gray], { encoding: 'buffer' });
    const last = stdout.subarray(-64 * 36);
    const mean = (from: number, to: number): number => {
      const bytes = [...last].filter((_, at) => at % 64 >= from && at % 64 < to);
      return bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;
    };
    return [mean(0, 31), mean(33, 64)];
  }

  it('is the camera’s own, one fragment a picture, from a key picture on', async () => {
    const [start, first, ...others] = await parts(12, []);
    expect(start).toMatchObject({ kind: 'start', codec: expect.stringMatching(/^avc1\.4d/) });
    expect(first).toMatchObject({ kind: 'fragment', key: true });
    expect(others.every((part) => part.kind === 'fragment' && !part.key)).toBe(true);
    const [left, right] = await halves([...[start, first].flatMap((part) => part ?? []), ...others]);
    expect(Math.min(left, right)).toBeGreaterThan(40);
    expect(camera.viewerCount).toBe(0);
  }, 20_000);

  it('has the masks of the camera burned in', async () => {
    const [left, right] = await halves(await parts(12, MASK));
    expect(left).toBeLessThan(20);
    expect(right).toBeGreaterThan(40);
  }, 20_000);
});
