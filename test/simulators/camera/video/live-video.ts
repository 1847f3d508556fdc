import type { Cancel, Clock } from '@angrid/runtime';
import { CLOCK_RATE, type RtpPayload } from '../rtsp/rtp.js';
import type { Footage } from './footage.js';

/** One picture at the moment it leaves the encoder. */
export interface LivePicture {
  readonly keyframe: boolean;
  readonly payloads: readonly RtpPayload[];
  /** 90 kHz ticks since the camera started; they go on evenly over the end of the loop. */
  readonly mediaTime: number;
}

export type Viewer = (picture: LivePicture) => void;

/** A pause of the process longer than this is forgotten instead of being sent in one burst. */
const MAX_LAG_MS = 2_000;

/**
 * Plays footage in real time, for ever, to all viewers at once. It costs nothing while nobody looks;
 * the first viewer gets a key frame at once, as encoders do on PLAY, the others wait for the next one.
 */
export class LiveVideo {
  private readonly viewers = new Set<Viewer>();
  private readonly frameMs: number;
  private next = 0;
  private startedAt = 0;
  private stopTimer: Cancel | undefined;

  constructor(
    readonly footage: Footage,
    private readonly clock: Clock,
    /** Told the number within the loop of each picture that leaves. */
    private readonly onPicture: (index: number) => void = () => undefined,
  ) {
    this.frameMs = 1000 / footage.settings.fps;
  }

  watch(viewer: Viewer): Cancel {
    this.viewers.add(viewer);
    if (this.viewers.size === 1) this.resume();
    return () => {
      this.viewers.delete(viewer);
      if (this.viewers.size === 0) this.pause();
    };
  }

  private resume(): void {
    const gop = this.footage.settings.fps * this.footage.settings.gopSeconds;
    this.next = Math.ceil(this.next / gop) * gop;
    this.startedAt = this.clock.monotonic() - this.next * this.frameMs;
    this.schedule();
  }

  private pause(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
  }

  private schedule(): void {
    const wait = this.startedAt + this.next * this.frameMs - this.clock.monotonic();
    this.stopTimer?.();
    this.stopTimer = this.clock.after(Math.max(0, wait), () => this.sendDue());
  }

  private sendDue(): void {
    const lag = this.clock.monotonic() - this.startedAt - this.next * this.frameMs;
    if (lag > MAX_LAG_MS) this.startedAt += lag;
    const due = Math.floor((this.clock.monotonic() - this.startedAt) / this.frameMs + 1e-6);
    while (this.next <= due) this.send();
    if (this.viewers.size > 0) this.schedule();
  }

  private send(): void {
    const index = this.next % this.footage.pictures.length;
    const picture = this.footage.pictures[index];
    const mediaTime = Math.round((this.next * CLOCK_RATE) / this.footage.settings.fps);
    this.next += 1;
    if (!picture) return;
    this.onPicture(index);
    for (const viewer of this.viewers) viewer({ ...picture, mediaTime });
  }
}
