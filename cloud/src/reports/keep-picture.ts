import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AnGridError, type Purpose, type SiteClass } from '@angrid/contract';
import { sql } from 'kysely';
import { isToken, tokenHash } from '../accounts/token.js';
import type { CloudTransaction } from '../database.js';
import type { EvidenceFiles } from '../evidence/evidence-files.js';
import { announceEvidence } from '../evidence/upload.js';
import { PEOPLE } from './file-report.js';
import { bareJpeg } from './jpeg.js';

/** Bytes of a picture as it is sent. */
export const MOST_PICTURE_BYTES = 3 * 1024 * 1024;

/** Lets the browser that reported send one picture to its compound. */
export interface PictureToken {
  readonly compound: string;
  readonly token: string;
}

interface Awaiting {
  readonly id: string;
  readonly compound: string;
  readonly alert: string;
  readonly purpose: Purpose;
  readonly siteClass: SiteClass;
}

/**
 * Keeps the one picture of a report as evidence of its incident: it opens for a reason only, like any other. The token is
 * spent by it. The report’s id. Throws subject.not-found for a token that does not hold, and report.picture-refused.
 */
export async function keepPicture(
  trx: CloudTransaction,
  { token, bytes, compound }: PictureToken & { readonly bytes: Buffer },
  { files, now }: { readonly files: EvidenceFiles; readonly now: Date },
): Promise<string> {
  const report = await spendToken(trx, { token, compound }, now);
  const picture = bareJpeg(bytes);
  const sha256 = createHash('sha256').update(picture).digest('hex');
  const evidence = createHash('sha256').update(`report/${report.id}/picture`).digest('hex');
  const address = { compound, evidence, sha256 };
  if ((await files.wholeBytes(address)) === undefined) {
    await files.append(address, Readable.from([picture]), picture.length);
    await files.complete(address);
  }
  await trx
    .insertInto('evidence')
    .values({
      ...{ evidence, compound_id: compound, gateway_id: PEOPLE, camera_id: PEOPLE, kind: 'snapshot', sha256 },
      ...{ bytes: picture.length, media_type: 'image/jpeg', span_from: now, span_to: now, descriptor: '{}' },
      ...{ stored_bytes: picture.length, complete_at: now, arrived_at: now, retention_class: 'evidence' },
      ...{ purpose: report.purpose, site_class: report.siteClass },
    })
    .execute();
  await trx.insertInto('alert_evidence').values({ compound_id: compound, alert: report.alert, evidence }).execute();
  await announceEvidence(trx, evidence, now);
  return report.id;
}

/** Throws subject.not-found for a token that does not hold. */
export async function requireToken(trx: CloudTransaction, { token, compound }: PictureToken, now: Date): Promise<void> {
  const report = await trx
    .selectFrom('reports')
    .select('report_id')
    .where('upload_hash', '=', hashOf(token))
    .where('compound_id', '=', compound)
    .where('upload_until', '>', now)
    .executeTakeFirst();
  if (!report) throw new AnGridError('subject.not-found', { op: 'report.picture' });
}

function hashOf(token: string): string {
  return isToken(token) ? tokenHash(token) : '';
}

async function spendToken(trx: CloudTransaction, { token, compound }: PictureToken, now: Date): Promise<Awaiting> {
  const { rows } = await sql<Awaiting>`
    update reports r set upload_hash = null, upload_until = null
    from compounds c
    where c.compound_id = r.compound_id and r.upload_hash = ${hashOf(token)} and r.compound_id = ${compound}
      and r.upload_until > ${now}
    returning r.report_id as id, r.compound_id as compound, r.alert, c.purpose, c.site_class as "siteClass"`.execute(
    trx,
  );
  const [report] = rows;
  if (report) return report;
  throw new AnGridError('subject.not-found', { op: 'report.picture' });
}
