import { join } from 'node:path';
import { AnGridError, type ErrorCode } from '@angrid/contract';
import { signText } from '@angrid/contract/signing';
import type { CameraKeeper } from './cameras/camera-keeper.js';
import type { ReadingSink } from './drivers/driver.js';
import { MetadataTracks } from './drivers/onvif/metadata-tracks.js';
import { stillPicture } from './drivers/onvif/index.js';
import type { Ground } from './ground.js';
import { createMedia } from './media/index.js';
import type { Media } from './media/media.js';
import type { MediaSettings } from './media/settings.js';
import type { PictureWatch } from './picture-health/index.js';
import { type CameraCare, dialledAt } from './open-cameras.js';

/** Evidence leaves the outbox what it keeps free for itself, and as much again to work with. */
const RESERVES = 2;
/** From the first question to the last byte of a picture that a camera takes itself. */
const STILL_MS = 4000;
/** What a stream fails with where the camera may have it at another address by now. */
const MOVED: ReadonlySet<ErrorCode> = new Set(['media.stream-not-found', 'media.stream-unsupported']);

/** What the pictures and tracks of cameras go to; all is there by the time at which the first ones come. */
export interface Onlookers {
  readonly pictures: Pick<PictureWatch, 'see' | 'notice'>;
  readonly sink: ReadingSink;
  readonly eyes: () => { readonly cameras: Pick<CameraKeeper, 'askAgain'>; readonly care: Pick<CameraCare, 'resized'> };
}

export async function openMedia(ground: Ground, { pictures, sink, eyes }: Onlookers): Promise<Media> {
  const tracks = openTracks(ground, sink);
  const { settings, clock, log, layout, enrolment, identity, seal, guard, stamp, tally } = ground;
  const media = await createMedia({
    clock,
    log,
    gateway: enrolment.gateway,
    sign: (text) => signText(text, identity.key),
    stamp,
    wrap: seal,
    evidenceDir: layout.evidence,
    ringDir: join(settings.media.ring, enrolment.gateway),
    resolve: (host) => guard.resolve(host),
    still: (camera, signal) => stillOf(ground, camera, signal),
    onDropped: (reason) => tally.drop(reason),
    settings: mediaSettings(settings),
    onFrame: (frame) => pictures.see(frame),
    onNotice: (notice) => {
      pictures.notice(notice);
      if (notice.kind === 'resolution') eyes().care.resized(notice.camera);
    },
    onFailure: (camera, { code }) => {
      if (MOVED.has(code)) eyes().cameras.askAgain(camera);
    },
    onMetadata: (camera, bytes) => tracks.feed(camera, bytes),
  });
  tally.gauge('angrid_evidence_written_bytes', 'bytes of evidence written today', () => media.writing().bytes);
  tally.gauge('angrid_evidence_write_budget_bytes', 'bytes of evidence a day', () => media.writing().budget);
  return media;
}

function openTracks({ log, stamp, tally, registry }: Ground, sink: ReadingSink): MetadataTracks {
  const tracks = new MetadataTracks({
    sink,
    stamp,
    onDropped: (reason) => tally.drop(reason),
    onFailure: (camera, error) => log.warn({ err: error, camera }, 'an event of the metadata track is not stored'),
  });
  registry.onChange(() => tracks.keep(registry.all().map(({ id }) => id)));
  return tracks;
}

/** Only a camera that is online is asked: a wrong password is not tried for the sake of a picture. */
async function stillOf(
  { registry, states, clock, guard }: Ground,
  camera: string,
  stopping: AbortSignal,
): Promise<Buffer> {
  const device = registry.find(camera);
  if (!device || states.of(camera).state !== 'online')
    throw new AnGridError('onvif.unreachable', { op: 'media.still', subject: camera });
  const late = new AbortController();
  const error = new AnGridError('onvif.unreachable', { op: 'media.still', subject: camera, detail: 'too slow' });
  const cancel = clock.after(STILL_MS, () => late.abort(error));
  const access = { clock, resolve: (host: string) => guard.resolve(host) };
  return stillPicture(dialledAt(device), access, AbortSignal.any([late.signal, stopping])).finally(cancel);
}

function mediaSettings({ media, outbox }: Ground['settings']): Partial<MediaSettings> {
  const { snapshots, clips, originals } = media;
  return {
    ffmpeg: media.ffmpeg,
    ringMs: media.ringLength,
    ringBytes: media.ringSize,
    preRollMs: media.preRoll,
    postRollMs: media.postRoll,
    evidence: {
      snapshots: { maxBytes: snapshots.quota, maxAgeMs: snapshots.age },
      clips: { maxBytes: clips.quota, maxAgeMs: clips.age },
      originals: { maxBytes: originals.quota, maxAgeMs: originals.age },
    },
    keepFreeBytes: outbox.reserve * RESERVES,
    writtenBytesADay: media.dailyWrites,
  };
}
