import { AnGridError, type EvidenceData } from '@angrid/contract';
import { type ClipOrder, type ClipSource, type Copy, copyClip, type Found, makeFile } from './clip-copy.js';
import { type Captured, describeEvidence } from './descriptor.js';
import { maskedArguments } from './ffmpeg-commands.js';
import type { Masks, PictureSize } from './masks.js';
import type { StoredEvidence } from './media.js';
import { encodeJpeg, maskLayer } from './picture.js';
import { thumbnailOf } from './thumbnail.js';
import type { Workshop } from './workshop.js';

/**
 * Cuts a clip; `ordered` resolves when its post-roll is over, and until then the order may stand as `asItStands`.
 * Without masks the copy of the stream itself leaves; with masks that copy stays on site, encrypted, and an encoded
 * derivative with the masks burned in leaves. It has all masks that held at any time since its first picture. Throws
 * `media.no-footage`, `media.cut-failed`, `media.disk-reserved`.
 */
export async function cutClip(
  workshop: Workshop,
  feed: ClipSource,
  ordered: Promise<ClipOrder>,
  asItStands?: ClipOrder,
): Promise<StoredEvidence> {
  const { store } = workshop;
  const { camera } = feed.stream;
  const { copy, order, found, masks, size, thumbnail } = await takeCopy(workshop, feed, ordered, asItStands);
  const plain = { order, found, ...copy, masks: 0, codec: found.cut.codec };
  if (masks.length === 0) return store.keep(copy.draft, describe(workshop, camera, { ...plain, thumbnail }));
  const original = describe(workshop, camera, plain);
  await store.keepSealed(copy.draft, original);
  const masked = await maskClip(workshop, { camera, masks, ts: found.cut.ts, size });
  const made = { ...plain, ...masked, masks: masks.length, codec: 'h264', original: original.sha256, thumbnail };
  return store.keep(masked.draft, describe(workshop, camera, made));
}

interface Taken {
  readonly copy: Copy;
  readonly order: ClipOrder;
  readonly found: Found;
  readonly masks: Masks;
  /** Of its first picture. */
  readonly size: PictureSize | undefined;
  readonly thumbnail: string | undefined;
}

/** The copy with what is seen of its first picture; that itself is large and does not wait for anything. */
async function takeCopy(
  workshop: Workshop,
  feed: ClipSource,
  ordered: Promise<ClipOrder>,
  asItStands: ClipOrder | undefined,
): Promise<Taken> {
  const underWay = copyClip(workshop, feed, ordered, asItStands);
  const [{ order, found }, first, copy] = await Promise.all([underWay.footage, underWay.first, underWay.copy]);
  const masks = workshop.masks.since(feed.stream.camera, order.momentMs + found.fromMs);
  if (!first) return { copy, order, found, masks, size: undefined, thumbnail: undefined };
  const { width, height } = first;
  const thumbnail = await thumbnailOf(await encodeJpeg(first, masks, workshop.settings.jpegQuality));
  return { copy, order, found, masks, size: { width, height }, thumbnail };
}

interface MaskOrder {
  readonly camera: string;
  readonly masks: Masks;
  readonly ts: Buffer;
  readonly size: PictureSize | undefined;
}

async function maskClip(workshop: Workshop, order: MaskOrder): Promise<Copy> {
  const { camera, masks, ts, size } = order;
  if (!size) throw new AnGridError('media.cut-failed', { op: 'media.mask', subject: camera, detail: 'no picture' });
  const feeds = [ts, await maskLayer(masks, size)];
  const draft = workshop.store.draft('mp4');
  const job = { subject: camera, args: maskedArguments(draft.file, size), feeds, background: true };
  return { draft, hashed: await workshop.slow.run(() => makeFile(workshop, draft, job)) };
}

interface Facts
  extends Pick<Captured, 'hashed' | 'masks' | 'codec' | 'original' | 'thumbnail'>, Pick<Taken, 'order' | 'found'> {}

function describe({ signer }: Workshop, camera: string, facts: Facts): EvidenceData {
  const { order, found, hashed, masks, codec, original, thumbnail } = facts;
  return describeEvidence(signer, {
    ...{ kind: 'clip', camera, mediaType: 'video/mp4', hashed, masks, codec, thumbnail },
    ...(original === undefined ? {} : { original }),
    alerts: order.alerts,
    fromMs: order.momentWallMs + found.fromMs,
    toMs: order.momentWallMs + found.toMs,
    offsetMs: -found.fromMs,
    shortPreRoll: found.short,
  });
}
