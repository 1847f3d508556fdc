import { VirtualClock } from '@angrid/runtime';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { watchFlow } from './watch-flow.js';

const settings = { stallMs: 5000, keyFrameMs: 15_000, ringBytes: 1000 };

describe('the flow of a stream', () => {
  let clock: VirtualClock;
  let running: number;
  let flow: ReturnType<typeof watchFlow>;
  beforeEach(() => {
    clock = new VirtualClock('2026-01-01T00:00:00Z');
    running = 0;
    flow = watchFlow({ camera: 'cam', clock, settings, onRunning: () => (running += 1) });
  });

  /** What is wrong at the end of `seconds`, in each of which so many bytes come, and a key picture as often as said. */
  async function after(seconds: number, bytesASecond: number, keyEachS = 1): Promise<string | undefined> {
    for (let second = 1; second <= seconds; second += 1) {
      await clock.advance(1000);
      const trouble = flow(second * bytesASecond, Math.floor(second / keyEachS));
      if (trouble) return `${second}: ${trouble.code}: ${trouble.detail}`;
    }
    return undefined;
  }

  it('is well while bytes and key pictures come, and begins once', async () => {
    expect(await after(100, 10)).toBeUndefined();
    expect(running).toBe(1);
  });

  it('has stalled where no byte comes, from the first moment on', async () => {
    expect(await after(100, 0)).toBe('6: media.stream-stalled: no media for 5000 ms');
    expect(running).toBe(0);
  });

  it('cannot be recorded where no key picture comes for too long, or for more bytes than half a ring', async () => {
    expect(await after(100, 1, 1000)).toBe('16: media.stream-unsupported: no key frame');
    flow = watchFlow({ camera: 'cam', clock, settings, onRunning: () => undefined });
    expect(await after(100, 100, 1000)).toBe('6: media.stream-unsupported: no key frame');
  });

  it('is begun anew where the wall clock jumps: its times would be wrong', async () => {
    expect(await after(3, 10)).toBeUndefined();
    clock.jumpWall(400);
    expect(flow(40, 4)).toBeUndefined();
    clock.jumpWall(200);
    expect(flow(50, 5)).toMatchObject({ code: 'media.stream-failed', detail: 'the wall clock jumped' });
  });
});
