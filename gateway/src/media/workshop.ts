import type { Clock } from '@angrid/runtime';
import type { EvidenceSigner } from './descriptor.js';
import type { EvidenceStore } from './evidence-store.js';
import type { RunJob } from './ffmpeg-child.js';
import type { MaskBook } from './masks.js';
import { type RawPicture, readPpm } from './picture.js';
import type { PictureDecoder, PictureOrder } from './picture-decoder.js';
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
  readonly decoder: Pick<PictureDecoder, 'decode'>;
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
export async function decodePicture(workshop: Workshop, order: PictureOrder): Promise<RawPicture | undefined> {
  const output = await workshop.quick.run(() => workshop.decoder.decode(order));
  return output.length === 0 ? undefined : readPpm(output);
}
