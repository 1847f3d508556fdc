import { describeEvidence } from './descriptor.js';
import type { GrayFrame } from './gray-frame.js';
import type { StoredEvidence } from './media.js';
import { encodeJpeg } from './picture.js';
import { thumbnailOf } from './thumbnail.js';
import type { Workshop } from './workshop.js';

/** A picture of the analysis as evidence: small and gray, where there is no better one of that moment any more. */
export async function keepSmallPicture(
  { store, signer, masks: book, settings }: Pick<Workshop, 'store' | 'signer' | 'masks' | 'settings'>,
  frame: GrayFrame,
  alerts: readonly string[],
): Promise<StoredEvidence> {
  const { camera, width, height, pixels, monotonicMs, wallMs } = frame;
  const rgb = Buffer.alloc(pixels.length * 3);
  pixels.forEach((value, at) => rgb.fill(value, at * 3, at * 3 + 3));
  const masks = book.since(camera, monotonicMs);
  const jpeg = await encodeJpeg({ width, height, rgb }, masks, settings.jpegQuality);
  const draft = store.draft('jpg');
  await store.write(draft, jpeg);
  const data = describeEvidence(signer, {
    kind: 'snapshot',
    camera,
    alerts,
    hashed: await store.hash(draft),
    mediaType: 'image/jpeg',
    codec: 'jpeg',
    fromMs: wallMs,
    toMs: wallMs,
    offsetMs: 0,
    shortPreRoll: false,
    masks: masks.length,
    thumbnail: await thumbnailOf(jpeg),
  });
  return store.keep(draft, data);
}
