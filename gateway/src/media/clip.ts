import { rm } from 'node:fs/promises';
import { AnGridError, type EvidenceData } from '@angrid/contract';
import type { CameraFeed } from './camera-feed.js';
import { type Captured, describeEvidence } from './descriptor.js';
import type { Draft, Hashed } from './evidence-store.js';
import { maskedArguments, remuxArguments } from './ffmpeg-commands.js';
import { type Cut, isShort } from './footage.js';
import type { Masks, PictureSize } from './masks.js';
import type { StoredEvidence } from './media.js';
import { encodeJpeg, maskLayer, type RawPicture } from './picture.js';
import { thumbnailOf } from './thumbnail.js';
import { decodePicture, type Workshop } from './workshop.js';

/** What a clip shall show. Monotonic milliseconds, but for `momentWallMs`. */
export interface ClipOrder {
  readonly alerts: readonly string[];
  readonly fromMs: number;
  readonly momentMs: number;
  readonly momentWallMs: number;
  readonly toMs: number;
}

/** A picture every 40 ms at 25 fps. */
const LOOK_AGAIN_MS = 25;
const TAIL_MS = 500;
const MAX_OUTPUT = 64 * 1024;

/** A cut whose times are distances from the moment. */
interface Found {
  readonly cut: Cut;
  readonly fromMs: number;
  readonly toMs: number;
  readonly short: boolean;
}

/** A copy of what the camera sent, not stored yet. */
interface Copy {
  readonly draft: Draft;
  readonly hashed: Hashed;
  readonly found: Found;
  readonly order: ClipOrder;
}

/**
 * Cuts a clip; `ordered` resolves when its post-roll is over. Without masks the copy of the stream itself leaves; with
 * masks that copy stays on site, encrypted, and an encoded derivative with the masks burned in leaves. It has all masks
 * that held at any time since its first picture. Throws `media.no-footage`, `media.cut-failed`, `media.disk-reserved`.
 */
export async function cutClip(
  workshop: Workshop,
  feed: ClipSource,
  ordered: Promise<ClipOrder>,
): Promise<StoredEvidence> {
  const { store } = workshop;
  const { camera } = feed.stream;
  const { copy, masks, size, thumbnail } = await takeCopy(workshop, feed, ordered);
  const plain = { ...copy, masks: 0, codec: copy.found.cut.codec };
  if (masks.length === 0) return store.keep(copy.draft, describe(workshop, camera, { ...plain, thumbnail }));
  const original = describe(workshop, camera, plain);
  await store.keepSealed(copy.draft, original);
  const masked = await maskClip(workshop, { camera, masks, ts: copy.found.cut.ts, size });
  const made = { ...copy, ...masked, masks: masks.length, codec: 'h264', original: original.sha256, thumbnail };
  return store.keep(masked.draft, describe(workshop, camera, made));
}

interface Taken {
  readonly copy: Copy;
  readonly masks: Masks;
  /** Of its first picture. */
  readonly size: PictureSize | undefined;
  readonly thumbnail: string | undefined;
}

/** The copy with what is seen of its first picture; that itself is large and does not wait for anything. */
async function takeCopy(workshop: Workshop, feed: ClipSource, ordered: Promise<ClipOrder>): Promise<Taken> {
  const { settings, masks: book } = workshop;
  const { first, ...copy } = await copyClip(workshop, feed, ordered);
  const masks = book.since(feed.stream.camera, copy.order.momentMs + copy.found.fromMs);
  if (!first) return { copy, masks, size: undefined, thumbnail: undefined };
  const { width, height } = first;
  const thumbnail = await thumbnailOf(await encodeJpeg(first, masks, settings.jpegQuality));
  return { copy, masks, size: { width, height }, thumbnail };
}

/** What a clip is cut from. */
export interface ClipSource {
  readonly stream: Pick<CameraFeed['stream'], 'camera'>;
  readonly ring: Pick<CameraFeed['ring'], 'read'>;
}

/** The copy, and its first picture where that can be decoded. */
async function copyClip(
  workshop: Workshop,
  feed: ClipSource,
  ordered: Promise<ClipOrder>,
): Promise<Copy & { readonly first: RawPicture | undefined }> {
  const { camera } = feed.stream;
  const finding = ordered.then(async (order) => ({ order, found: await findFootage(workshop, feed, order) }));
  const first = finding
    .then(({ found }) => decodePicture(workshop, { camera, ts: found.cut.ts, index: 0 }))
    .catch(() => undefined);
  const draft = workshop.store.draft('mp4');
  const hashed = await workshop.copies.run(() => {
    const feeds = [finding.then(({ found }) => found.cut.ts)];
    return makeFile(workshop, draft, { subject: camera, args: remuxArguments(draft.file), feeds });
  });
  return { draft, hashed, first: await first, ...(await finding) };
}

async function findFootage(workshop: Workshop, feed: ClipSource, order: ClipOrder): Promise<Found> {
  const { clock, settings, stopping } = workshop;
  const deadline = clock.monotonic() + settings.patienceMs;
  workshop.hurry(settings.patienceMs);
  while (clock.monotonic() < deadline && !(await isThere(feed, order.toMs))) await clock.sleep(LOOK_AGAIN_MS, stopping);
  const ring = await feed.ring.read(order.fromMs, order.toMs);
  const shift = ring?.shiftMs ?? 0;
  const window = { fromMs: order.fromMs + shift, momentMs: order.momentMs + shift, toMs: order.toMs + shift };
  const cut = ring?.footage.clip({ ...window, maxMs: settings.maxClipMs });
  if (!cut) throw new AnGridError('media.no-footage', { op: 'media.clip', subject: feed.stream.camera });
  const away = (atMs: number): number => atMs - window.momentMs;
  return { cut, fromMs: away(cut.fromMs), toMs: away(cut.toMs), short: isShort(cut, window.fromMs) };
}

/** Whether the ring holds a picture of that moment or after it; only its end is read. */
async function isThere({ ring }: ClipSource, atMs: number): Promise<boolean> {
  const tail = await ring.read(atMs - TAIL_MS, atMs);
  return tail !== undefined && (tail.footage.newestMs ?? -Infinity) >= atMs + tail.shiftMs;
}

interface MaskOrder {
  readonly camera: string;
  readonly masks: Masks;
  readonly ts: Buffer;
  readonly size: PictureSize | undefined;
}

async function maskClip(workshop: Workshop, order: MaskOrder): Promise<Pick<Copy, 'draft' | 'hashed'>> {
  const { camera, masks, ts, size } = order;
  if (!size) throw new AnGridError('media.cut-failed', { op: 'media.mask', subject: camera, detail: 'no picture' });
  const feeds = [ts, await maskLayer(masks, size)];
  const draft = workshop.store.draft('mp4');
  const job = { subject: camera, args: maskedArguments(draft.file, size), feeds, background: true };
  return { draft, hashed: await workshop.slow.run(() => makeFile(workshop, draft, job)) };
}

interface FileJob {
  readonly subject: string;
  readonly args: readonly string[];
  readonly feeds: readonly (Buffer | Promise<Buffer>)[];
  readonly background?: boolean;
}

async function makeFile({ settings, clock, store, run }: Workshop, draft: Draft, job: FileJob): Promise<Hashed> {
  const { ffmpeg, jobMs: timeoutMs } = settings;
  try {
    await run({ ...job, op: 'media.clip', ffmpeg, clock, timeoutMs, maxOutput: MAX_OUTPUT });
    return await store.hash(draft);
  } catch (cause) {
    await rm(draft.file, { force: true });
    throw cause;
  }
}

interface Facts
  extends Pick<Captured, 'hashed' | 'masks' | 'codec' | 'original' | 'thumbnail'>, Pick<Copy, 'order' | 'found'> {}

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
