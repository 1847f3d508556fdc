import { join } from 'node:path';
import { AnGridError } from '@angrid/contract';
import { signText } from '@angrid/contract/signing';
import type { ReadingSink } from './drivers/driver.js';
import { MetadataTracks } from './drivers/onvif/metadata-tracks.js';
import { stillPicture } from './drivers/onvif/index.js';
import type { Ground } from './ground.js';
import { createMedia } from './media/index.js';
import type { Media } from './media/media.js';
import type { MediaSettings } from './media/settings.js';
import type { PictureWatch } from './picture-health/index.js';
import { dialledAt } from './open-cameras.js';

/** Evidence leaves the outbox what it keeps free for itself, and as much again to work with. */
const RESERVES = 2;
/** From the first question to the last byte of a picture that a camera takes itself. */
const STILL_MS = 4000;

export async function openMedia(
  ground: Ground,
  pictures: Pick<PictureWatch, 'see' | 'notice'>,
  sink: ReadingSink,
): Promise<Media> {
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
    onNotice: (notice) => pictures.notice(notice),
    onMetadata: (camera, bytes) => tracks.feed(camera, bytes),
  });
  tally.gauge('angrid_evidence_written_bytes', 'bytes of evidence written today', () => media.writing().bytes);
  tally.gauge('angrid_evidence_write_budget_bytes', 'bytes of evidence a day', () => media.writing().budget);
  return media;
}

function openTracks({ log, stamp, tally }: Ground, sink: ReadingSink): MetadataTracks {
  return new MetadataTracks({
    sink,
    stamp,
    onDropped: (reason) => tally.drop(reason),
    onFailure: (camera, error) => log.warn({ err: error, camera }, 'an event of the metadata track is not stored'),
  });
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
