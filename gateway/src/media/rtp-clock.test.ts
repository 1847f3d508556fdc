import { describe, expect, it } from '@jest/globals';
import { RtpClock } from './rtp-clock.js';

/** Stamps of pictures that came at these wall times with these RTP times. */
function stamps(arrivals: readonly (readonly [wallMs: number, rtpTime: number])[]): number[] {
  let nowMs = 0;
  const clock = new RtpClock({ wall: () => nowMs }, 90_000);
  return arrivals.map(([wallMs, rtpTime]) => {
    nowMs = wallMs;
    return clock.stamp(rtpTime);
  });
}

const FRAME = 6000;
const FRAME_MS = 1000 / 15;

describe('the wall time of a picture', () => {
  it('is even where the pictures come unevenly', () => {
    const jitter = [0, 30, 5, 40, 0, 25];
    const times = stamps(jitter.map((late, index) => [1_000_000 + index * FRAME_MS + late, index * FRAME]));
    for (const [index, time] of times.slice(1).entries())
      expect(Math.abs(time - (times[index] ?? 0) - FRAME_MS)).toBeLessThan(3);
  });

  it('goes on when the RTP time starts again', () => {
    const [first, second] = stamps([[1000, 2 ** 32 - 3000], [1067, 3000]]); // prettier-ignore
    expect((second ?? 0) - (first ?? 0)).toBe(67);
  });

  it('follows a camera whose clock is slow, and one whose time jumps', () => {
    const slow = Array.from(
      { length: 20_000 },
      (_, index) => [index * FRAME_MS, Math.round(index * FRAME * 0.9995)] as const,
    );
    expect(Math.abs((stamps(slow).at(-1) ?? 0) - 19_999 * FRAME_MS)).toBeLessThan(5);
    expect(stamps([[1000, 0], [1067, FRAME], [2000, 500_000_000]]).at(-1)).toBe(2000); // prettier-ignore
  });

  it('is always later than the one before', () => {
    expect(stamps([[1000, 50], [1000, 50], [1000, 20]])).toEqual([1000, 1001, 1002]); // prettier-ignore
  });
});
