import type { Clock } from '@angrid/runtime';
import type { EvidenceSigner } from './descriptor.js';
import type { EvidenceStore } from './evidence-store.js';
import { runJob } from './ffmpeg-child.js';
import { pictureArguments } from './ffmpeg-commands.js';
import { MAX_PPM, type RawPicture, readPpm } from './picture.js';
import type { MediaSettings } from './settings.js';
import type { Slots } from './slots.js';

/** What snapshots and clips are made with. */
export interface Workshop {
  readonly clock: Clock;
  readonly settings: MediaSettings;
  readonly store: EvidenceStore;
  readonly signer: EvidenceSigner;
  /** Quick jobs: a picture, a copy. */
  readonly quick: Slots;
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
  const { settings, clock, quick } = workshop;
  const output = await quick.run(() =>
    runJob({
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
