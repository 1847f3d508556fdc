import { beforeEach, describe, expect, it } from '@jest/globals';
import { silentLog, VirtualClock } from '@angrid/runtime';
import type { GrayFrame } from '../media/gray-frame.js';
import type { CameraStream } from '../media/media.js';
import { KeptOutbox } from '../pipeline.fixture.js';
import { picture, rustling, street } from './pictures.fixture.js';
import { PictureWatch } from './watch.js';

const LEFT_HALF = [[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]] as const; // prettier-ignore
const dark = (): number => 4;

/** One camera, a key picture each two seconds, and what is said of it. */
class Site {
  readonly clock = new VirtualClock('2026-05-01T12:00:00Z');
  readonly outbox = new KeptOutbox();
  readonly said: string[] = [];
  readonly keys: string[] = [];
  cameras: readonly string[] = ['cam'];
  isShown = true;
  masks: CameraStream['masks'] = [];
  /** Thrown with the next saying. */
  failure: Error | undefined;
  private watch!: PictureWatch;
  private shown = 0;

  /** Also what a restart does. */
  async open(): Promise<this> {
    this.watch = await PictureWatch.load({
      ...{ clock: this.clock, log: silentLog, outbox: this.outbox },
      stamp: () => ({ wall: '', monotonicMs: this.clock.monotonic(), boot: 'boot-1' }),
      cameras: () => this.cameras,
      isShown: () => this.isShown,
      masksOf: () => this.masks,
      say: async (camera, { kind, key, attributes }) => {
        const { failure } = this;
        this.failure = undefined;
        if (failure) throw failure;
        this.said.push(`${camera} ${kind}`);
        this.keys.push(key, ...Object.keys(attributes));
      },
    });
    return this;
  }

  async show(seconds: number, shade: (x: number, y: number) => number): Promise<this> {
    const still = picture(shade);
    for (let second = 0; second < seconds; second += 1) {
      if (second % 2 === 0) this.watch.see(this.frame(rustling(still, (this.shown += 1))));
      await this.pass(1);
    }
    return this;
  }

  async pass(seconds: number): Promise<this> {
    for (let second = 0; second < seconds; second += 1) {
      await this.clock.advance(1000);
      await this.watch.tick();
    }
    return this;
  }

  before(): GrayFrame | undefined {
    return this.watch.before('cam');
  }

  relearn(camera: string): Promise<void> {
    return this.watch.relearn(camera);
  }

  async stop(): Promise<void> {
    await this.watch.save();
  }

  private frame(pixels: Uint8Array): GrayFrame {
    const times = { monotonicMs: this.clock.monotonic(), wallMs: this.clock.wall() };
    return { camera: 'cam', width: 160, height: 90, pixels, ...times };
  }
}

describe('the watch over pictures', () => {
  let site: Site;
  beforeEach(async () => {
    site = await new Site().open();
    await site.show(120, street());
  });

  it('says nothing while the place is seen, and shows no picture from before', () => {
    expect(site.said).toEqual([]);
    expect(site.before()).toBeUndefined();
  });

  it('says what is wrong, each beginning under a key of its own, and when it is over', async () => {
    for (const shade of [dark, street(), dark, street()]) await site.show(60, shade);
    await site.stop();
    expect(site.said).toEqual(Array(2).fill(['cam camera.black', 'cam camera.black_ended']).flat());
    expect(new Set(site.keys.filter((key) => key.startsWith('picture/black/began@'))).size).toBe(2);
    expect(site.keys).toContain('seconds');
  });

  it('keeps the last picture of the place for as long as it tells of what happened', async () => {
    const lastGood = site.clock.monotonic() - 2000;
    await site.show(60, dark);
    expect(site.before()?.monotonicMs).toBe(lastGood);
    await site.show(300, dark);
    expect(site.before()).toBeUndefined();
  });

  it('says that the signal is lost, but not of a camera that is away altogether or has no stream', async () => {
    site.isShown = false;
    await site.pass(120);
    expect(site.said).toEqual([]);
    site.isShown = true;
    await site.pass(30);
    await site.stop();
    expect(site.said).toEqual(['cam camera.signal_lost']);
  });

  it('tells of a camera that was turned until its new view is learned on request, and then of the old one', async () => {
    const turned = street(60);
    await site.show(300, turned);
    await site.relearn('nobody');
    expect(site.said).toEqual(['cam camera.moved']);
    await site.relearn('cam');
    expect(site.outbox.kept.has('pictures/cam')).toBe(true);
    await site.show(180, turned);
    expect(site.said).toEqual(['cam camera.moved', 'cam camera.moved_ended']);
    await site.show(60, street());
    expect(site.said.slice(2)).toEqual(['cam camera.moved']);
  });

  it('knows over a restart what is wrong, and tells its end', async () => {
    await site.show(60, dark);
    await site.stop();
    await site.open();
    await site.show(60, street());
    await site.stop();
    expect(site.said).toEqual(['cam camera.black', 'cam camera.black_ended']);
  });

  it('does not look behind a mask, from the moment on at which there is one', async () => {
    site.masks = LEFT_HALF;
    await site.show(60, (x, y) => (x < 80 ? street()(x, y) : 4));
    await site.stop();
    expect(site.said).toEqual(['cam camera.black']);
  });

  it('goes on where a saying could not be stored', async () => {
    site.failure = new Error('disk full');
    await site.show(60, dark);
    await site.show(60, street());
    await site.stop();
    expect(site.said).toEqual(['cam camera.black_ended']);
  });

  it('writes what it learned each hour and at the end, and forgets a camera that is paired no more', async () => {
    expect(site.outbox.kept.size).toBe(0);
    site.isShown = false;
    await site.clock.advance(3_600_000);
    await site.pass(1);
    expect([...site.outbox.kept.keys()]).toEqual(['pictures/cam']);
    site.cameras = [];
    await site.pass(1);
    expect(site.outbox.kept.size).toBe(0);
  });
});
