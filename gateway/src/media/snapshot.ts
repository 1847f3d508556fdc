import { AnGridError } from '@angrid/contract';
import type { ClipSource } from './clip-copy.js';
import { describeEvidence } from './descriptor.js';
import type { EvidenceRequest, StoredEvidence } from './media.js';
import { adoptJpeg, encodeJpeg } from './picture.js';
import { thumbnailOf } from './thumbnail.js';
import { decodePicture, type Workshop } from './workshop.js';

/** A picture this near to the moment is taken at once; else one that is still to come may be nearer. */
const NEAR_MS = 250;
const LOOK_AGAIN_MS = 50;

interface Sight {
  readonly ts: Buffer;
  readonly index: number;
  /** Distance of each picture since the key frame from the moment, ±ms. */
  readonly offsetsMs: readonly number[];
}

/** A masked JPEG and how far off it is. */
interface Shot {
  readonly jpeg: Buffer;
  readonly offsetMs: number;
  readonly masks: number;
}

/**
 * A masked JPEG of the moment: the nearest picture of the ring; where that stands still, one that the camera takes now; and
 * where it gives none that is fit, what the ring has from some seconds off. The descriptor says how far off it is. Throws
 * `media.no-footage`, `media.cut-failed`, `media.disk-reserved`.
 */
export async function takeSnapshot(
  workshop: Workshop,
  feed: ClipSource,
  request: EvidenceRequest,
): Promise<StoredEvidence> {
  const { store, signer } = workshop;
  const { jpeg, offsetMs, masks } = await shoot(workshop, feed, request);
  const draft = store.draft('jpg');
  const shrinking = thumbnailOf(jpeg);
  await store.write(draft, jpeg);
  const hashed = await store.hash(draft);
  const atMs = request.atMs + offsetMs;
  const data = describeEvidence(signer, {
    kind: 'snapshot',
    camera: request.camera,
    alerts: request.alerts,
    hashed,
    mediaType: 'image/jpeg',
    codec: 'jpeg',
    fromMs: atMs,
    toMs: atMs,
    offsetMs,
    shortPreRoll: false,
    masks,
    thumbnail: await shrinking,
  });
  return store.keep(draft, data);
}

async function shoot(workshop: Workshop, feed: ClipSource, request: EvidenceRequest): Promise<Shot> {
  const { maxOffsetMs, farOffsetMs } = workshop.settings;
  const flows = (await look(feed, request, maxOffsetMs)) !== undefined;
  const still = flows ? undefined : ofCamera(workshop, request);
  still?.catch(() => undefined);
  const near = await findSight(workshop, feed, request);
  if (near) return develop(workshop, request, near);
  try {
    return await (still ?? ofCamera(workshop, request));
  } catch (cause) {
    const far = await lookBack(feed, request, farOffsetMs);
    if (far) return develop(workshop, request, far);
    throw new AnGridError('media.no-footage', { op: 'media.snapshot', subject: request.camera, cause });
  }
}

async function develop(workshop: Workshop, request: EvidenceRequest, sight: Sight): Promise<Shot> {
  const { picture, offsetMs } = await decode(workshop, request.camera, sight);
  if (!picture) {
    const detail = 'no picture';
    throw new AnGridError('media.cut-failed', { op: 'media.snapshot', subject: request.camera, detail });
  }
  const masks = workshop.masks.since(request.camera, request.monotonicMs + offsetMs);
  const jpeg = await encodeJpeg(picture, masks, workshop.settings.jpegQuality);
  return { jpeg, offsetMs, masks: masks.length };
}

/** Its bytes are a stranger's: checked, masked and encoded anew. */
async function ofCamera(workshop: Workshop, { camera, monotonicMs }: EvidenceRequest): Promise<Shot> {
  const { clock, settings, stopping } = workshop;
  const askedMs = clock.monotonic();
  if (askedMs - monotonicMs > settings.maxOffsetMs + settings.patienceMs)
    throw new AnGridError('media.no-footage', { op: 'media.still', subject: camera });
  const bytes = await workshop.still(camera, stopping);
  const offsetMs = clock.monotonic() - monotonicMs;
  const masks = workshop.masks.since(camera, askedMs);
  return { jpeg: await adoptJpeg(bytes, masks, settings.jpegQuality), offsetMs, masks: masks.length };
}

/** The picture itself; where the stream is damaged before it, the key frame that it stands on. */
async function decode(workshop: Workshop, camera: string, { ts, index, offsetsMs }: Sight) {
  const nearest = await decodePicture(workshop, { camera, ts, index });
  if (nearest) return { picture: nearest, offsetMs: offsetsMs[index] ?? 0 };
  return { picture: await decodePicture(workshop, { camera, ts, index: 0 }), offsetMs: offsetsMs[0] ?? 0 };
}

/** The nearest picture of the ring within a second of the moment; waits for one that is still to come. */
async function findSight(workshop: Workshop, feed: ClipSource, request: EvidenceRequest): Promise<Sight | undefined> {
  const { clock, settings, stopping } = workshop;
  const deadline = clock.monotonic() + settings.patienceMs;
  workshop.hurry(settings.patienceMs);
  for (;;) {
    const sight = await look(feed, request, settings.maxOffsetMs);
    const offsetMs = sight?.offsetsMs.at(-1) ?? Infinity;
    if (sight && Math.abs(offsetMs) <= NEAR_MS) return sight;
    const late = clock.monotonic() >= deadline;
    if (sight && (late || offsetMs > 0)) return sight;
    if (late) return undefined;
    await clock.sleep(LOOK_AGAIN_MS, stopping);
  }
}

async function look(feed: ClipSource, request: EvidenceRequest, maxOffsetMs: number): Promise<Sight | undefined> {
  const { monotonicMs: moment } = request;
  const sight = sightOf(moment, await feed.ring.read(moment - maxOffsetMs, moment + maxOffsetMs));
  return Math.abs(sight?.offsetsMs.at(-1) ?? Infinity) <= maxOffsetMs ? sight : undefined;
}

/** The last picture before the moment, not older than that. */
async function lookBack(feed: ClipSource, request: EvidenceRequest, oldestMs: number): Promise<Sight | undefined> {
  const { monotonicMs: moment } = request;
  const sight = sightOf(moment, await feed.ring.read(moment - oldestMs, moment));
  const offsetMs = sight?.offsetsMs.at(-1) ?? -Infinity;
  return offsetMs <= 0 && offsetMs >= -oldestMs ? sight : undefined;
}

function sightOf(moment: number, found: Awaited<ReturnType<ClipSource['ring']['read']>>): Sight | undefined {
  const nearest = found?.footage.picture(moment + found.shiftMs);
  if (!found || !nearest) return undefined;
  const offsetsMs = nearest.timesMs.map((atMs) => atMs - found.shiftMs - moment);
  return { ts: nearest.ts, index: nearest.index, offsetsMs };
}
