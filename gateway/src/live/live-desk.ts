import { isDeepStrictEqual } from 'node:util';
import { AnGridError } from '@angrid/contract';
import type { CameraStream } from '../media/media.js';
import { LiveView, type LiveViewOptions, tellEnd } from './live-view.js';

export interface LiveLimits {
  /** Most cameras at once. */
  readonly most: number;
  readonly masked: 're-encode' | 'refuse';
  /** Most of them that are re-encoded at once. */
  readonly mostMasked: number;
}

export interface LiveDeskOptions extends Omit<LiveViewOptions, 'id' | 'stream'> {
  readonly limits: LiveLimits;
  /** A camera's stream as it is now; undefined where it is not known. */
  streamOf(camera: string): CameraStream | undefined;
}

export interface LiveOrder {
  /** The cloud's name of the stream; the same for all who watch the camera. */
  readonly stream: string;
  readonly camera: string;
  readonly lifeMs: number;
}

/** A cloud may not ask for longer at once. */
const MOST_LIFE_MS = 15 * 60_000;

/** Shows cameras to the cloud while it asks for it, one stream a camera, and not more than the limits allow. */
export class LiveDesk {
  private readonly views = new Map<string, LiveView>();

  constructor(private readonly options: LiveDeskOptions) {}

  /** Begins, or prolongs what runs; returns at once. Throws media.no-footage, media.live-masked, media.live-busy. */
  open({ stream: id, camera, lifeMs }: LiveOrder): void {
    const bounded = Math.min(lifeMs, MOST_LIFE_MS);
    const running = this.views.get(camera);
    if (running?.id === id) return running.prolong(bounded);
    running?.end('another stream takes its place');
    this.views.delete(camera);
    try {
      this.begin(new LiveView({ ...this.options, id, stream: this.admit(camera) }, bounded));
    } catch (error) {
      if (error instanceof AnGridError) void tellEnd(this.options.uplink, id, error.code, this.options.log);
      throw error;
    }
  }

  /** Ends what shows other masks than those that hold now, and what is not paired any more. */
  recheck(): void {
    for (const [camera, { stream }] of this.views) {
      const now = this.options.streamOf(camera);
      if (!now || !isDeepStrictEqual(now.masks, stream.masks)) this.views.get(camera)?.end('the masks have changed');
    }
  }

  async stop(): Promise<void> {
    const views = [...this.views.values()];
    for (const view of views) view.end('the gateway stops');
    await Promise.all(views.map(({ done }) => done));
  }

  private begin(view: LiveView): void {
    const { camera } = view.stream;
    this.views.set(camera, view);
    void view.done.finally(() => {
      if (this.views.get(camera) === view) this.views.delete(camera);
    });
  }

  private admit(camera: string): CameraStream {
    const { limits, streamOf } = this.options;
    const because = (code: 'media.no-footage' | 'media.live-masked' | 'media.live-busy'): AnGridError =>
      new AnGridError(code, { op: 'live.open', subject: camera });
    const stream = streamOf(camera);
    if (!stream) throw because('media.no-footage');
    const masked = stream.masks.length > 0;
    if (masked && limits.masked === 'refuse') throw because('media.live-masked');
    const running = [...this.views.values()];
    const masking = running.filter((view) => view.stream.masks.length > 0).length;
    if (running.length >= limits.most || (masked && masking >= limits.mostMasked)) throw because('media.live-busy');
    return stream;
  }
}
