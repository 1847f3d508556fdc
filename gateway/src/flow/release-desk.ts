import { AnGridError, type Command } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import type { Media, StoredEvidence } from '../media/media.js';
import type { SiteFacts } from '../normalise/index.js';
import type { Outbox } from '../outbox/outbox.js';
import { uploadState } from '../uplink/evidence-upload.js';
import type { Access, AccessLog } from './access-log.js';
import { evidenceDraft } from './items.js';

export type EvidenceFetch = Extract<Command, { type: 'evidence.fetch' }>;

export interface ReleaseDeskOptions {
  readonly media: Pick<Media, 'find' | 'release'>;
  readonly outbox: Pick<Outbox, 'append'>;
  readonly accesses: Pick<AccessLog, 'add'>;
  readonly clock: Pick<Clock, 'wall'>;
  facts(): SiteFacts;
  upload(stored: StoredEvidence): Promise<void>;
}

/** A grant of the cloud holds no longer than this, whatever it says. */
const LONGEST_GRANT_MS = 24 * 3_600_000;

/**
 * Sends a piece of evidence again, or the unmasked original of one. An original goes under a descriptor of its own that
 * names its grant; who asked, and why, is written down before anything is given. Throws `media.no-footage`,
 * `media.grant-refused`.
 */
export async function fetchEvidence(command: EvidenceFetch, options: ReleaseDeskOptions): Promise<void> {
  const { evidence, original } = command.params;
  if (original) return fetchOriginal(command, options);
  const stored = await options.media.find(evidence);
  if (!stored) throw new AnGridError('media.no-footage', { op: 'evidence.fetch', subject: evidence });
  await options.upload(stored);
}

async function fetchOriginal(command: EvidenceFetch, options: ReleaseDeskOptions): Promise<void> {
  const { media, outbox, accesses, clock, facts, upload } = options;
  const { id, reason, role, expiresAt } = command.grant;
  const { evidence } = command.params;
  const now = clock.wall();
  const access = { command: command.id, actor: command.actor, role, grant: id, reason, evidence };
  const note = (outcome: Access['outcome']) => accesses.add({ at: new Date(now).toISOString(), ...access, outcome });
  const expiresMs = Math.min(Date.parse(expiresAt), now + LONGEST_GRANT_MS);
  if (!(expiresMs > now)) {
    await note('refused');
    throw new AnGridError('media.grant-refused', { op: 'evidence.fetch', subject: evidence, detail: 'expired' });
  }
  await note('given');
  const stored = await media.release(evidence, { id, expiresMs });
  const draft = evidenceDraft(stored.data, facts());
  await outbox.append({ event: draft.id, drafts: [draft], states: [uploadState(stored)] });
  await upload(stored);
}
