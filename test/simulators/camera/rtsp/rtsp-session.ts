import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Cancel, Clock } from '@angrid/runtime';
import type { LivePicture, LiveVideo } from '../video/live-video.js';
import { CLOCK_RATE, RtpStream } from './rtp.js';

const REPORT_EVERY_TICKS = 5 * CLOCK_RATE;
/** A client that lets this much pile up gets no pictures until the next key frame. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024;

/** One SETUP of one client: from PLAY on it sends pictures into the client's connection. */
export class RtspSession {
  readonly id = randomBytes(4).toString('hex').toUpperCase();
  readonly rtp: RtpStream;
  private stopWatching: Cancel | undefined;
  private awaitsKeyframe = true;
  private nextReport = 0;

  constructor(
    readonly video: LiveVideo,
    private readonly target: {
      readonly socket: Pick<Socket, 'write' | 'writableLength'>;
      readonly clock: Clock;
      readonly paused: () => boolean;
    },
    readonly channel: number,
  ) {
    const random = randomBytes(10);
    this.rtp = new RtpStream(
      {
        ssrc: random.readUInt32BE(0),
        sequence: random.readUInt16BE(4),
        timestampOffset: random.readUInt32BE(6),
      },
      channel,
    );
  }

  play(): void {
    this.stopWatching ??= this.video.watch((picture) => this.send(picture));
  }

  close(): void {
    this.stopWatching?.();
    this.stopWatching = undefined;
  }

  private send(picture: LivePicture): void {
    const { socket, clock, paused } = this.target;
    const blocked = paused() || socket.writableLength > MAX_UNSENT_BYTES;
    this.awaitsKeyframe = blocked || (this.awaitsKeyframe && !picture.keyframe);
    if (this.awaitsKeyframe) return;
    socket.write(this.rtp.frame(picture.payloads, picture.mediaTime));
    if (picture.mediaTime < this.nextReport) return;
    this.nextReport = picture.mediaTime + REPORT_EVERY_TICKS;
    socket.write(this.rtp.senderReport(clock.wall(), picture.mediaTime));
  }
}
