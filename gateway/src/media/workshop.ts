import type { Clock } from '@angrid/runtime';
import type { EvidenceSigner } from './descriptor.js';
import type { EvidenceStore } from './evidence-store.js';
import type { RunJob } from './ffmpeg-child.js';
import { pictureArguments } from './ffmpeg-commands.js';
import type { MaskBook } from './masks.js';
import { MAX_PPM, type RawPicture, readPpm } from './picture.js';
import type { MediaSettings } from './settings.js';
import type { Slots } from './slots.js';

/** What snapshots and clips are made with. */
export interface Workshop {
  readonly clock: Clock;
  readonly settings: MediaSettings;
  readonly store: EvidenceStore;
  readonly signer: EvidenceSigner;
  readonly masks: MaskBook;
  /** A JPEG that the camera itself takes now, not looked at yet. */
  still(camera: string, signal: AbortSignal): Promise<Buffer>;
  /** Has the cameras read at once, and more often for so long: somebody waits for what they show now. */
  hurry(forMs: number): void;
  /** Runs ffmpeg. */
  readonly run: RunJob;
  /** Jobs that decode a picture. */
  readonly quick: Slots;
  /** Jobs that copy a clip. */
  readonly copies: Slots;
  /** Jobs that encode. */
  readonly slow: Slots;
  /** Aborted when the media side stops. */
  readonly stopping: AbortSignal;
}

/** The `index`th picture of an MPEG-TS; undefined where the decoder does not give so many. */
export async function decodePicture(
  workshop: Workshop,
  order: { readonly camera: string; readonly ts: Buffer; readonly index: number },
): Promise<RawPicture | undefined> {
  const { settings, clock, quick, run } = workshop;
  const output = await quick.run(() =>
    run({
      op: 'media.decode',
      subject: order.camera,
      ffmpeg: settings.ffmpeg,
      args: pictureArguments(order.index),
      clock,
      feeds: [order.ts],
      timeoutMs: settings.jobMs,
      maxOutput: MAX_PPM,
    }),
  );
  return output.length === 0 ? undefined : readPpm(output);
}
