import { AnGridError } from '@angrid/contract';
import type { ClipSource } from './clip.js';
import { describeEvidence } from './descriptor.js';
import type { EvidenceRequest, StoredEvidence } from './media.js';
import { encodeJpeg } from './picture.js';
import { decodePicture, type Workshop } from './workshop.js';

/** A picture this near to the moment is taken at once; else one that is still to come may be nearer. */
const NEAR_MS = 150;
const LOOK_AGAIN_MS = 50;

interface Sight {
  readonly ts: Buffer;
  readonly index: number;
  /** Distance of each picture since the key frame from the moment, ±ms. */
  readonly offsetsMs: readonly number[];
}

/** The picture nearest to the moment as masked JPEG. Throws `media.no-footage`, `media.cut-failed`, `media.picture-refused`. */
export async function takeSnapshot(
  workshop: Workshop,
  feed: ClipSource,
  request: EvidenceRequest,
): Promise<StoredEvidence> {
  const { settings, store, signer } = workshop;
  const { camera } = feed.stream;
  const sight = await findSight(workshop, feed, request);
  const { picture, offsetMs } = await decode(workshop, camera, sight);
  if (!picture)
    throw new AnGridError('media.cut-failed', { op: 'media.snapshot', subject: camera, detail: 'no picture' });
  const masks = workshop.masks.since(camera, request.monotonicMs + offsetMs);
  const draft = store.draft('jpg');
  await store.write(draft, await encodeJpeg(picture, masks, settings.jpegQuality));
  const hashed = await store.hash(draft);
  const atMs = request.atMs + offsetMs;
  const data = describeEvidence(signer, {
    kind: 'snapshot',
    camera,
    alerts: request.alerts,
    hashed,
    mediaType: 'image/jpeg',
    codec: 'jpeg',
    fromMs: atMs,
    toMs: atMs,
    offsetMs,
    shortPreRoll: false,
    masks: masks.length,
  });
  return store.keep(draft, data);
}

/** The picture itself; where the stream is damaged before it, the key frame that it stands on. */
async function decode(workshop: Workshop, camera: string, { ts, index, offsetsMs }: Sight) {
  const nearest = await decodePicture(workshop, { camera, ts, index });
  if (nearest) return { picture: nearest, offsetMs: offsetsMs[index] ?? 0 };
  return { picture: await decodePicture(workshop, { camera, ts, index: 0 }), offsetMs: offsetsMs[0] ?? 0 };
}

async function findSight(workshop: Workshop, feed: ClipSource, request: EvidenceRequest): Promise<Sight> {
  const { clock, settings, stopping } = workshop;
  const deadline = clock.monotonic() + settings.patienceMs;
  for (;;) {
    const sight = await look(feed, request, settings.maxOffsetMs);
    const offsetMs = sight?.offsetsMs.at(-1) ?? Infinity;
    if (sight && Math.abs(offsetMs) <= NEAR_MS) return sight;
    const late = clock.monotonic() >= deadline;
    if (sight && (late || offsetMs > 0)) return sight;
    if (late) throw new AnGridError('media.no-footage', { op: 'media.snapshot', subject: request.camera });
    await clock.sleep(LOOK_AGAIN_MS, stopping);
  }
}

async function look(feed: ClipSource, request: EvidenceRequest, maxOffsetMs: number): Promise<Sight | undefined> {
  const moment = request.monotonicMs;
  const found = await feed.ring.read(moment - maxOffsetMs, moment + maxOffsetMs);
  const nearest = found?.footage.picture(moment + found.shiftMs);
  if (!found || !nearest) return undefined;
  const offsetsMs = nearest.timesMs.map((atMs) => atMs - found.shiftMs - moment);
  const near = Math.abs(offsetsMs.at(-1) ?? Infinity) <= maxOffsetMs;
  return near ? { ts: nearest.ts, index: nearest.index, offsetsMs } : undefined;
}
