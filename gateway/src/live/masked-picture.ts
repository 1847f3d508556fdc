import { FragmentSplitter, type LivePart } from '@angrid/contract';
import type { AccessUnit } from '../media/access-units.js';
import { streamFailure } from '../media/failure.js';
import { FfmpegChild } from '../media/ffmpeg-child.js';
import { LIVE_SIZE, maskedLiveArguments } from '../media/ffmpeg-commands.js';
import { BLOCK_HEAD, matroskaHead, writeBlockHead } from '../media/matroska.js';
import type { CameraStream } from '../media/media.js';
import { maskLayer } from '../media/picture.js';
import type { VideoCodec } from '../media/sdp.js';
import type { LiveRun } from './live-source.js';

/** What the encoder has not read yet; then pictures are left out up to the next key picture. */
const MOST_WAITING_BYTES = 512 * 1024;

/** The picture of a masked camera, encoded anew with the masks burned in. */
export class MaskedPicture {
  /** Rejects with the first failure; never resolves. */
  readonly failed: Promise<never>;
  private behind = true;

  private constructor(
    private readonly child: FfmpegChild,
    camera: string,
    onPart: (part: LivePart) => void,
  ) {
    child.input.on('error', () => undefined);
    this.failed = this.read(camera, onPart);
    this.failed.catch(() => undefined);
  }

  static async start(
    { camera, masks }: CameraStream,
    codec: VideoCodec,
    { ffmpeg, clock, onPart }: LiveRun,
  ): Promise<MaskedPicture> {
    const feeds = [await maskLayer(masks, LIVE_SIZE)];
    const child = new FfmpegChild({ ffmpeg, args: maskedLiveArguments(), clock, feeds, live: true });
    child.input.write(matroskaHead([codec]));
    return new MaskedPicture(child, camera, onPart);
  }

  take({ buffer, start, end, key }: AccessUnit, atMs: number): void {
    const { input } = this.child;
    if (input.writableLength > MOST_WAITING_BYTES) this.behind = true;
    else if (key) this.behind = false;
    if (this.behind) return;
    const bytes = Buffer.from(buffer.subarray(start - BLOCK_HEAD, end));
    writeBlockHead(bytes, 0, end - start, { track: 1, atMs, key });
    input.write(bytes);
  }

  async stop(): Promise<void> {
    this.child.input.destroy();
    await this.child.stop();
  }

  private async read(camera: string, onPart: (part: LivePart) => void): Promise<never> {
    const splitter = new FragmentSplitter();
    for await (const chunk of this.child.stdout as AsyncIterable<Buffer>)
      for (const part of splitter.push(chunk)) onPart(part);
    throw streamFailure(camera, await this.child.exited);
  }
}
