import { AnGridError, type LivePart } from '@angrid/contract';
import { Secret, silentLog, VirtualClock } from '@angrid/runtime';
import { beforeEach, describe, expect, it, test } from '@jest/globals';
import type { CameraStream } from '../media/media.js';
import { LiveDesk, type LiveLimits } from './live-desk.js';

const MASK = [
  [
    [0, 0],
    [0.5, 0],
    [0.5, 0.5],
  ],
] as const;
const picture = { kind: 'fragment', bytes: new Uint8Array(10), key: true } as const;

/** A camera whose pictures come when the test says so. */
class Source {
  constructor(
    readonly camera: string,
    readonly push: (part: LivePart) => void,
    private readonly signal: AbortSignal,
  ) {}

  get runs(): boolean {
    return !this.signal.aborted;
  }

  run(): Promise<never> {
    return new Promise((_resolve, reject) =>
      this.signal.addEventListener('abort', () => reject(this.signal.reason as Error), { once: true }),
    );
  }
}

describe('the desk of live views', () => {
  let clock: VirtualClock;
  let cameras: Map<string, CameraStream>;
  let sources: Source[];
  let ends: string[];
  let refuse: ((error: AnGridError) => void)[];

  beforeEach(() => {
    clock = new VirtualClock('2026-05-01T10:00:00Z');
    cameras = new Map(['a', 'b', 'c'].map((camera) => [camera, streamOf(camera)]));
    sources = [];
    ends = [];
    refuse = [];
  });

  const streamOf = (camera: string, masks: CameraStream['masks'] = []): CameraStream => ({
    ...{ camera, url: 'rtsp://127.0.0.1/stream', user: 'u', password: new Secret('p') },
    masks,
  });
  const deskWith = (limits: Partial<LiveLimits> = {}): LiveDesk =>
    new LiveDesk({
      clock,
      log: silentLog,
      limits: { most: 2, masked: 're-encode', mostMasked: 1, ...limits },
      streamOf: (camera) => cameras.get(camera),
      uplink: {
        sendLive: (stream, body, signal) => {
          body.resume();
          signal.addEventListener('abort', () => ends.push(`${stream} breaks off`));
          return new Promise((_resolve, reject) => refuse.push(reject));
        },
        endLive: async (stream, code) => void ends.push(`${stream} ${code}`),
      },
      show: ({ camera }, onPart, signal) => {
        const source = new Source(camera, onPart, signal);
        sources.push(source);
        return source.run();
      },
    });
  const running = async (): Promise<string[]> => {
    await clock.advance(0);
    return sources.filter(({ runs }) => runs).map(({ camera }) => camera);
  };

  it('shows a camera once, however often it is asked for, and until the last of those times is over', async () => {
    const desk = deskWith();
    desk.open({ stream: 's1', camera: 'a', lifeMs: 60_000 });
    await clock.advance(50_000);
    desk.open({ stream: 's1', camera: 'a', lifeMs: 60_000 });
    desk.open({ stream: 's1', camera: 'a', lifeMs: 5000 });
    await clock.advance(50_000);
    expect(await running()).toEqual(['a']);
    await clock.advance(10_000);
    expect(await running()).toEqual([]);
    expect(sources).toHaveLength(1);
    expect(ends).toEqual(['s1 live.ended', 's1 breaks off']);
  });

  it('stops when the cloud wants no more, and does not tell it so', async () => {
    deskWith().open({ stream: 's1', camera: 'a', lifeMs: 60_000 });
    sources[0]?.push(picture);
    await clock.advance(0);
    refuse[0]?.(new AnGridError('live.ended', { op: 'test' }));
    expect(await running()).toEqual([]);
    await clock.advance(0);
    expect(ends).toEqual(['s1 breaks off']);
  });

  it('begins anew under the name that a restarted cloud gives it', async () => {
    const desk = deskWith();
    desk.open({ stream: 's1', camera: 'a', lifeMs: 60_000 });
    desk.open({ stream: 's2', camera: 'a', lifeMs: 60_000 });
    expect(await running()).toEqual(['a']);
    expect(sources).toHaveLength(2);
  });

  it('shows no more cameras than it may, and again one when another has ended', async () => {
    const desk = deskWith();
    for (const camera of ['a', 'b']) desk.open({ stream: camera, camera, lifeMs: camera === 'a' ? 1000 : 60_000 });
    const third = (): void => desk.open({ stream: 'c', camera: 'c', lifeMs: 60_000 });
    expect(third).toThrow(expect.objectContaining({ code: 'media.live-busy' }));
    expect(ends).toEqual(['c media.live-busy']);
    await clock.advance(1000);
    await clock.advance(0);
    third();
    expect(await running()).toEqual(['b', 'c']);
  });

  test.each([
    { limits: { masked: 'refuse' }, code: 'media.live-masked' },
    { limits: { mostMasked: 0 }, code: 'media.live-busy' },
  ] as const)('a masked camera is refused with $code where the settings say so', ({ limits, code }) => {
    cameras.set('a', streamOf('a', MASK));
    const open = (): void => deskWith(limits).open({ stream: 's1', camera: 'a', lifeMs: 1000 });
    expect(open).toThrow(expect.objectContaining({ code }));
    expect(ends).toEqual([`s1 ${code}`]);
  });

  it('ends what shows masks that hold no more, and nothing else', async () => {
    const desk = deskWith();
    for (const camera of ['a', 'b']) desk.open({ stream: camera, camera, lifeMs: 60_000 });
    cameras.set('a', streamOf('a', MASK));
    desk.recheck();
    expect(await running()).toEqual(['b']);
  });

  it('knows no camera that is not paired, and shows none for longer than a quarter of an hour', async () => {
    const desk = deskWith();
    const unknown = (): void => desk.open({ stream: 's1', camera: 'x', lifeMs: 1000 });
    expect(unknown).toThrow(expect.objectContaining({ code: 'media.no-footage' }));
    desk.open({ stream: 's2', camera: 'a', lifeMs: 86_400_000 });
    await clock.advance(15 * 60_000);
    expect(await running()).toEqual([]);
  });

  it('leaves nothing behind when the gateway stops', async () => {
    const desk = deskWith();
    for (const camera of ['a', 'b']) desk.open({ stream: camera, camera, lifeMs: 60_000 });
    await desk.stop();
    expect(await running()).toEqual([]);
    expect(ends.filter((end) => end.endsWith('live.ended'))).toEqual(['a live.ended', 'b live.ended']);
  });
});
