import type { Clock } from '@angrid/runtime';

/** A camera's clock and ours may differ by this before the RTP time is taken for a new one. */
const MAX_ERROR_MS = 500;
/** How fast the clock of a camera is followed: a fraction of the difference with each picture. */
const FOLLOW = 1 / 32;

/** Wall times of pictures: evenly spaced as the camera's RTP clock has them, and near to when they came. */
export class RtpClock {
  private position = 0;
  private offset: number | undefined;
  private last = 0;
  private lastRtp = 0;

  constructor(
    private readonly clock: Pick<Clock, 'wall'>,
    private readonly ticksASecond: number,
  ) {}

  /** Whole milliseconds, always later than the one before, of a picture that has just come. */
  stamp(rtpTime: number): number {
    const nowMs = this.clock.wall();
    if (this.offset !== undefined) this.position += (((rtpTime - this.lastRtp) | 0) / this.ticksASecond) * 1000;
    this.lastRtp = rtpTime;
    const error = nowMs - this.position - (this.offset ?? Infinity);
    const lost = !(Math.abs(error) <= MAX_ERROR_MS);
    this.offset = lost ? nowMs - this.position : (this.offset ?? 0) + error * FOLLOW;
    this.last = Math.max(this.last + 1, Math.round(this.position + this.offset));
    return this.last;
  }
}
