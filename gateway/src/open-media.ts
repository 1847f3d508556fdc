import { join } from 'node:path';
import { signText } from '@angrid/contract/signing';
import type { Ground } from './ground.js';
import { createMedia } from './media/index.js';
import type { Media } from './media/media.js';
import type { MediaSettings } from './media/settings.js';

/** Evidence leaves the outbox what it keeps free for itself, and as much again to work with. */
const RESERVES = 2;

export async function openMedia(ground: Ground): Promise<Media> {
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
    onDropped: (reason) => tally.drop(reason),
    settings: mediaSettings(settings),
  });
  tally.gauge('angrid_evidence_written_bytes', 'bytes of evidence written today', () => media.writing().bytes);
  tally.gauge('angrid_evidence_write_budget_bytes', 'bytes of evidence a day', () => media.writing().budget);
  return media;
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
