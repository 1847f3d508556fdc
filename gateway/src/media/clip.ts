import { rm } from 'node:fs/promises';
import { AnGridError } from '@angrid/contract';
import type { CameraFeed } from './camera-feed.js';
import { type Captured, describeEvidence } from './descriptor.js';
import type { Draft, Hashed } from './evidence-store.js';
import { runJob } from './ffmpeg-child.js';
import { maskedArguments, remuxArguments } from './ffmpeg-commands.js';
import { type Cut, isShort } from './footage.js';
import type { StoredEvidence } from './media.js';
import { maskLayer } from './picture.js';
import { decodePicture, type Workshop } from './workshop.js';

/** What a clip shall show. Monotonic milliseconds, but for `momentWallMs`. */
export interface ClipOrder {
  readonly alerts: readonly string[];
  readonly fromMs: number;
  readonly momentMs: number;
  readonly momentWallMs: number;
  readonly toMs: number;
}

const LOOK_AGAIN_MS = 100;
const MAX_OUTPUT = 64 * 1024;

/** A cut whose times are distances from the moment. */
interface Found {
  readonly cut: Cut;
  readonly fromMs: number;
  readonly toMs: number;
  readonly short: boolean;
}

/**
 * Cuts a clip whose post-roll is over. Without masks the copy of the stream itself leaves; with masks that copy stays
 * on site and an encoded derivative with the masks burned in leaves. Throws `media.no-footage`, `media.cut-failed`.
 */
export async function cutClip(workshop: Workshop, feed: CameraFeed, order: ClipOrder): Promise<StoredEvidence> {
  const { store, quick } = workshop;
  const { camera, masks } = feed.stream;
  const found = await findFootage(workshop, feed, order);
  const original = store.draft('mp4');
  const hashed = await quick.run(() => cutFile(workshop, { camera, draft: original, ts: found.cut.ts }));
  if (masks.length === 0) {
    const data = describe(workshop, order, { camera, found, hashed, masks: 0, codec: found.cut.codec });
    return { data, file: await store.keep(original, hashed, { data }) };
  }
  await store.keep(original, hashed, {});
  const derivative = store.draft('mp4');
  const masked = await workshop.slow.run(() => maskFile(workshop, feed, { draft: derivative, ts: found.cut.ts }));
  const data = describe(workshop, order, { camera, found, hashed: masked, masks: masks.length, codec: 'h264' });
  return { data, file: await store.keep(derivative, masked, { data, original: hashed.sha256 }) };
}

async function findFootage(workshop: Workshop, feed: CameraFeed, order: ClipOrder): Promise<Found> {
  const { clock, settings, stopping } = workshop;
  const deadline = clock.monotonic() + settings.patienceMs;
  for (;;) {
    const ring = await feed.ring.read(order.fromMs, order.toMs);
    const shift = ring?.shiftMs ?? 0;
    const window = { fromMs: order.fromMs + shift, momentMs: order.momentMs + shift, toMs: order.toMs + shift };
    const complete = (ring?.footage.newestMs ?? -Infinity) >= window.toMs;
    const late = clock.monotonic() >= deadline;
    const cut = complete || late ? ring?.footage.clip({ ...window, maxMs: settings.maxClipMs }) : undefined;
    if (cut) {
      const away = (atMs: number): number => atMs - window.momentMs;
      return { cut, fromMs: away(cut.fromMs), toMs: away(cut.toMs), short: isShort(cut, window.fromMs) };
    }
    if (late) throw new AnGridError('media.no-footage', { op: 'media.clip', subject: feed.stream.camera });
    await clock.sleep(LOOK_AGAIN_MS, stopping);
  }
}

interface FileOrder {
  readonly camera: string;
  readonly draft: Draft;
  readonly ts: Buffer;
}

async function cutFile(workshop: Workshop, { camera, draft, ts }: FileOrder): Promise<Hashed> {
  return makeFile(workshop, draft, { subject: camera, args: remuxArguments(draft.file), feeds: [ts] });
}

async function maskFile(
  workshop: Workshop,
  feed: CameraFeed,
  { draft, ts }: Omit<FileOrder, 'camera'>,
): Promise<Hashed> {
  const { camera, masks } = feed.stream;
  const size = await decodePicture(workshop, { camera, ts, index: 0 });
  if (!size) throw new AnGridError('media.cut-failed', { op: 'media.mask', subject: camera, detail: 'no picture' });
  const feeds = [ts, await maskLayer(masks, size)];
  return makeFile(workshop, draft, {
    subject: camera,
    args: maskedArguments(draft.file, size),
    feeds,
    background: true,
  });
}

interface FileJob {
  readonly subject: string;
  readonly args: readonly string[];
  readonly feeds: readonly Buffer[];
  readonly background?: boolean;
}

async function makeFile({ settings, clock, store }: Workshop, draft: Draft, job: FileJob): Promise<Hashed> {
  const { ffmpeg, jobMs: timeoutMs } = settings;
  try {
    await runJob({ ...job, op: 'media.clip', ffmpeg, clock, timeoutMs, maxOutput: MAX_OUTPUT });
    return await store.seal(draft);
  } catch (cause) {
    await rm(draft.file, { force: true });
    throw cause;
  }
}

interface Facts extends Pick<Captured, 'camera' | 'hashed' | 'masks' | 'codec'> {
  readonly found: Found;
}

function describe({ signer }: Workshop, order: ClipOrder, { found, ...facts }: Facts): StoredEvidence['data'] {
  return describeEvidence(signer, {
    ...facts,
    kind: 'clip',
    alerts: order.alerts,
    mediaType: 'video/mp4',
    fromMs: order.momentWallMs + found.fromMs,
    toMs: order.momentWallMs + found.toMs,
    offsetMs: -found.fromMs,
    shortPreRoll: found.short,
  });
}
