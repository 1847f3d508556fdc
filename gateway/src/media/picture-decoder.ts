import { AnGridError } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { RunJob } from './ffmpeg-child.js';
import { pictureArguments, pictureFilter } from './ffmpeg-commands.js';
import { MAX_PPM } from './picture.js';

/** One picture of an MPEG-TS; 0 is the first. */
export interface PictureOrder {
  readonly camera: string;
  readonly ts: Buffer;
  readonly index: number;
}

export interface PictureDecoderOptions {
  readonly run: RunJob;
  readonly clock: Clock;
  readonly ffmpeg: string;
  /** Longest run from when it has its MPEG-TS. */
  readonly timeoutMs: number;
}

/** An ffmpeg that has come up and waits for what it shall decode. */
interface Standby {
  readonly give: (order: PictureOrder) => void;
  readonly dismiss: () => void;
  readonly output: Promise<Buffer>;
}

/** What was decoded is to be encoded and stored first. */
const REST_MS = 1000;

/**
 * Decodes pictures, each by an ffmpeg of its own. Of all the time that takes, half is its start: so one is kept on
 * standby, and the next is started a second after it was used. Orders that come while there is none start theirs.
 */
export class PictureDecoder {
  private standby: Standby | undefined;
  private ready = false;
  private cancel: (() => void) | undefined;

  constructor(private readonly options: PictureDecoderOptions) {}

  /** Whether one is kept on standby; resolves when that is so, and never fails. */
  async keepReady(ready: boolean): Promise<void> {
    this.ready = ready;
    if (ready) return this.prepare();
    const { standby } = this;
    this.cancel?.();
    this.standby = undefined;
    standby?.dismiss();
    await standby?.output.catch(() => undefined);
  }

  /** The picture as PPM; empty where there are not so many. Throws `media.cut-failed`, `media.ffmpeg-missing`. */
  async decode(order: PictureOrder): Promise<Buffer> {
    const { standby } = this;
    this.standby = undefined;
    try {
      if (!standby) return await this.start([order.ts], pictureArguments(pictureFilter(order.index)));
      standby.give(order);
      return await standby.output;
    } catch (cause) {
      throw of(order.camera, cause);
    } finally {
      this.cancel?.();
      this.cancel = this.options.clock.after(REST_MS, () => this.prepare());
    }
  }

  private prepare(): void {
    if (!this.ready || this.standby) return;
    let give: Standby['give'] = () => undefined;
    let dismiss: Standby['dismiss'] = () => undefined;
    const ordered = new Promise<PictureOrder>((resolve, reject) => {
      give = resolve;
      dismiss = () => reject(new AnGridError('media.no-footage', { op: 'media.decode', detail: 'not needed' }));
    });
    const ts = ordered.then((order) => order.ts);
    const filter = ordered.then((order) => Buffer.from(pictureFilter(order.index)));
    const standby = { give, dismiss, output: this.start([ts, filter], pictureArguments()) };
    this.standby = standby;
    // One that ends by itself is gone, and is not started again before the next order.
    standby.output.catch(() => {
      if (this.standby === standby) this.standby = undefined;
    });
  }

  private start(feeds: readonly (Buffer | Promise<Buffer>)[], args: readonly string[]): Promise<Buffer> {
    const { run, ...limits } = this.options;
    return run({ op: 'media.decode', subject: 'picture', ...limits, args, feeds, maxOutput: MAX_PPM });
  }
}

/** The same failure, with the camera that it is about: a decoder does not know it when it starts. */
function of(camera: string, cause: unknown): unknown {
  if (!(cause instanceof AnGridError) || cause.code !== 'media.cut-failed') return cause;
  const detail = cause.detail === undefined ? {} : { detail: cause.detail };
  return new AnGridError(cause.code, { op: cause.op, subject: camera, ...detail, cause });
}
