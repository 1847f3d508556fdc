import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnGridError, type ErrorCode } from '@angrid/contract';
import { Secret, silentLog, VirtualClock } from '@angrid/runtime';
import { CameraFeed } from './camera-feed.js';
import { digestLogin } from './login.js';
import { ReadBeat } from './read-beat.js';
import { defaultMediaSettings } from './settings.js';
import { UnitPool } from './unit-pool.js';

const stream = { camera: 'cam', url: 'rtsp://camera.invalid/live', user: 'u', password: new Secret('p'), masks: [] };

describe('the supervisor of a stream that fails', () => {
  let feed: CameraFeed | undefined;
  let root: string | undefined;
  afterEach(async () => {
    await feed?.stop();
    if (root) await rm(root, { recursive: true, force: true });
  });

  /** When the stream was tried, in seconds, over a time; it fails in this way each time. */
  async function attempts(code: ErrorCode, seconds: number): Promise<number[]> {
    const clock = new VirtualClock();
    const warnings: object[] = [];
    const times: number[] = [];
    const failures: ErrorCode[] = [];
    let tried = (): void => undefined;
    const firstTry = new Promise<void>((resolve) => (tried = resolve));
    root = await mkdtemp(join(tmpdir(), 'feed-'));
    feed = new CameraFeed(stream, {
      clock,
      log: { ...silentLog, warn: (fields) => warnings.push(fields) },
      settings: defaultMediaSettings,
      ringDir: join(root, 'cam'),
      random: () => 1,
      login: digestLogin,
      pool: new UnitPool(),
      beat: new ReadBeat(clock),
      onFrame: () => undefined,
      onNotice: () => undefined,
      onFailure: (failure) => failures.push(failure.code),
      resolve: async () => {
        times.push(clock.monotonic() / 1000);
        tried();
        throw new AnGridError(code, { op: 'test', detail: 'why' });
      },
    });
    await firstTry;
    await clock.advance(seconds * 1000);
    expect(feed.state.detail).toBe(`${code}: why`);
    expect(warnings).toEqual([{ camera: 'cam', detail: `${code}: why` }]);
    expect(failures).toEqual(times.map(() => code));
    return times;
  }

  it('tries again after growing pauses, at the longest five seconds, and warns once', async () => {
    expect(await attempts('media.stream-unreachable', 20)).toEqual([0, 1, 3, 7, 12, 17]);
  });

  it('sends a refused password twice, once more after ten minutes, and then once a day: cameras lock accounts', async () => {
    expect(await attempts('media.stream-auth', 90_000)).toEqual([0, 1, 601, 87_001]);
  });
});
