import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { LiveVideo } from '../video/live-video.js';
import { testFootage } from '../video/test-footage.js';
import { RtspSession } from './rtsp-session.js';

const IDR = 5;

/** A client's connection that keeps what is written, as the NAL type of each picture and 'report'. */
function viewer(): {
  clock: VirtualClock;
  session: RtspSession;
  seen: (number | 'report')[];
  state: { paused: boolean; unsent: number };
} {
  const clock = new VirtualClock();
  const seen: (number | 'report')[] = [];
  const state = { paused: false, unsent: 0 };
  const socket = {
    get writableLength() {
      return state.unsent;
    },
    write(wire: Buffer | string): boolean {
      const bytes = Buffer.from(wire);
      seen.push(bytes[1] === 1 ? 'report' : (bytes[16] ?? 0) & 0x1f);
      return true;
    },
  };
  const target = { socket, clock, paused: () => state.paused };
  const session = new RtspSession(new LiveVideo(testFootage(), clock), target, 0);
  return { clock, session, seen, state };
}

describe('a session', () => {
  it('sends nothing before PLAY and nothing after its end', async () => {
    const { clock, session, seen } = viewer();
    await clock.advance(1_000);
    expect(seen).toEqual([]);
    session.play();
    await clock.advance(1_000);
    const count = seen.length;
    expect(count).toBe(16 + 1);
    session.close();
    await clock.advance(1_000);
    expect(seen).toHaveLength(count);
  });

  it('reports the time with the first picture and then each five seconds', async () => {
    const { clock, session, seen } = viewer();
    session.play();
    await clock.advance(14_999);
    expect(seen.flatMap((what, index) => (what === 'report' ? [index] : []))).toEqual([1, 77, 153]);
  });

  it.each([
    ['the camera hangs', { paused: true, unsent: 0 }],
    ['the client reads too slowly', { paused: false, unsent: 5 * 1024 * 1024 }],
  ])('goes on with a key frame after %s', async (_what, trouble) => {
    const { clock, session, seen, state } = viewer();
    session.play();
    await clock.advance(500);
    const before = seen.length;
    Object.assign(state, trouble);
    await clock.advance(500);
    expect(seen).toHaveLength(before);
    Object.assign(state, { paused: false, unsent: 0 });
    await clock.advance(990);
    expect(seen).toHaveLength(before);
    await clock.advance(20);
    expect(seen[before]).toBe(IDR);
  });
});
