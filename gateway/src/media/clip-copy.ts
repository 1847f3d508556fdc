import { rm } from 'node:fs/promises';
import { AnGridError } from '@angrid/contract';
import type { CameraFeed } from './camera-feed.js';
import type { Draft, Hashed } from './evidence-store.js';
import { remuxArguments } from './ffmpeg-commands.js';
import { type ClipWindow, type Cut, isShort } from './footage.js';
import type { RawPicture } from './picture.js';
import { decodePicture, type Workshop } from './workshop.js';

/** What a clip shall show. Monotonic milliseconds, but for `momentWallMs`. */
export interface ClipOrder {
  readonly alerts: readonly string[];
  readonly fromMs: number;
  readonly momentMs: number;
  readonly momentWallMs: number;
  readonly toMs: number;
}

/** What a clip is cut from. */
export interface ClipSource {
  readonly stream: Pick<CameraFeed['stream'], 'camera'>;
  readonly ring: Pick<CameraFeed['ring'], 'read'>;
}

/** A cut whose times are distances from the moment. */
export interface Found {
  readonly cut: Cut;
  readonly fromMs: number;
  readonly toMs: number;
  readonly short: boolean;
}

/** A copy of what the camera sent, not stored yet. */
export interface Copy {
  readonly draft: Draft;
  readonly hashed: Hashed;
}

/** A copy that is being made. */
export interface CopyUnderWay {
  /** Resolves when all of it is in the ring. */
  readonly footage: Promise<{ readonly order: ClipOrder; readonly found: Found }>;
  /** Its first picture; undefined where that cannot be decoded. */
  readonly first: Promise<RawPicture | undefined>;
  readonly copy: Promise<Copy>;
}

/** A picture every 40 ms at 25 fps. */
const LOOK_AGAIN_MS = 25;
const TAIL_MS = 500;
const MAX_OUTPUT = 64 * 1024;

/**
 * Copies the pictures of a clip as they are; `ordered` resolves when its post-roll is over. What the ring holds of the
 * order as it stands before that is copied at once, so that only the rest is left to do then. Where the clip turns out
 * to begin elsewhere, because an earlier alert joined it or the stream started anew, it is copied once more from there.
 */
export function copyClip(
  workshop: Workshop,
  feed: ClipSource,
  ordered: Promise<ClipOrder>,
  asItStands?: ClipOrder,
): CopyUnderWay {
  const footage = ordered.then(async (order) => ({ order, found: await findFootage(workshop, feed, order) }));
  const whole = footage.then(({ found }) => found.cut.ts);
  whole.catch(() => undefined);
  const begun = asItStands ? beginningOf(workshop, feed, asItStands) : Promise.resolve(undefined);
  const { camera } = feed.stream;
  return { footage, first: firstPicture(workshop, camera, begun, whole), copy: remux(workshop, camera, begun, whole) };
}

async function beginningOf({ settings }: Workshop, feed: ClipSource, order: ClipOrder): Promise<Buffer | undefined> {
  const ring = await feed.ring.read(order.fromMs, order.toMs);
  return ring?.footage.clip(windowOf(order, ring.shiftMs, settings.maxClipMs))?.ts;
}

async function firstPicture(
  workshop: Workshop,
  camera: string,
  begun: Promise<Buffer | undefined>,
  whole: Promise<Buffer>,
): Promise<RawPicture | undefined> {
  const decode = (ts: Buffer): Promise<RawPicture | undefined> =>
    decodePicture(workshop, { camera, ts, index: 0 }).catch(() => undefined);
  const beginning = await begun;
  const early = beginning && decode(beginning);
  const ts = await whole.catch(() => undefined);
  if (!ts) return undefined;
  return early && goesOn(ts, beginning) ? early : decode(ts);
}

async function remux(
  workshop: Workshop,
  camera: string,
  begun: Promise<Buffer | undefined>,
  whole: Promise<Buffer>,
): Promise<Copy> {
  const copy = async (head?: Buffer): Promise<Copy> => {
    const draft = workshop.store.draft('mp4');
    const job = { subject: camera, args: remuxArguments(draft.file), ...(head && { head }) };
    const feed = (): Promise<Buffer> => whole.then((ts) => ts.subarray(head?.length ?? 0));
    return { draft, hashed: await workshop.copies.run(() => makeFile(workshop, draft, { ...job, feeds: [feed()] })) };
  };
  const beginning = await begun;
  if (!beginning) return copy();
  const early = await copy(beginning);
  if (goesOn(await whole, beginning)) return early;
  await rm(early.draft.file, { force: true });
  return copy();
}

function goesOn(ts: Buffer, beginning: Buffer): boolean {
  return ts.subarray(0, beginning.length).equals(beginning);
}

async function findFootage(workshop: Workshop, feed: ClipSource, order: ClipOrder): Promise<Found> {
  const { clock, settings, stopping } = workshop;
  const deadline = clock.monotonic() + settings.patienceMs;
  workshop.hurry(settings.patienceMs);
  while (clock.monotonic() < deadline && !(await isThere(feed, order.toMs))) await clock.sleep(LOOK_AGAIN_MS, stopping);
  const ring = await feed.ring.read(order.fromMs, order.toMs);
  const window = windowOf(order, ring?.shiftMs ?? 0, settings.maxClipMs);
  const cut = ring?.footage.clip(window);
  if (!cut) throw new AnGridError('media.no-footage', { op: 'media.clip', subject: feed.stream.camera });
  const away = (atMs: number): number => atMs - window.momentMs;
  return { cut, fromMs: away(cut.fromMs), toMs: away(cut.toMs), short: isShort(cut, window.fromMs) };
}

/** The order in the time of the pictures. */
function windowOf({ fromMs, momentMs, toMs }: ClipOrder, shiftMs: number, maxMs: number): ClipWindow {
  return { fromMs: fromMs + shiftMs, momentMs: momentMs + shiftMs, toMs: toMs + shiftMs, maxMs };
}

/** Whether the ring holds a picture of that moment or after it; only its end is read. */
async function isThere({ ring }: ClipSource, atMs: number): Promise<boolean> {
  const tail = await ring.read(atMs - TAIL_MS, atMs);
  return tail !== undefined && (tail.footage.newestMs ?? -Infinity) >= atMs + tail.shiftMs;
}

export interface FileJob {
  readonly subject: string;
  readonly args: readonly string[];
  readonly head?: Buffer;
  readonly feeds: readonly (Buffer | Promise<Buffer>)[];
  readonly background?: boolean;
}

/** Has ffmpeg make a draft; throws `media.cut-failed`, and leaves no draft then. */
export async function makeFile({ settings, clock, store, run }: Workshop, draft: Draft, job: FileJob): Promise<Hashed> {
  const { ffmpeg, jobMs: timeoutMs } = settings;
  try {
    await run({ ...job, op: 'media.clip', ffmpeg, clock, timeoutMs, maxOutput: MAX_OUTPUT });
    return await store.hash(draft);
  } catch (cause) {
    await rm(draft.file, { force: true });
    throw cause;
  }
}
