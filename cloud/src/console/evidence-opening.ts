import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';

const GRANT_MS = 15 * 60_000;

export const grantSchema = z.object({ reason: z.string().trim().max(500).default('') });

export interface Grant {
  readonly grantId: string;
  readonly expiresAt: Date;
}

export interface GrantRequest {
  readonly incident: string;
  readonly account: string;
  readonly reason: string;
}

/**
 * Lets one account open the evidence of one incident for 15 minutes, for a reason. Throws evidence.reason-required and
 * subject.not-found.
 */
export async function grantEvidence(
  trx: CloudTransaction,
  { incident, account, reason }: GrantRequest,
  now: Date,
): Promise<Grant & { readonly compound: string }> {
  if (reason.length < 3) throw new AnGridError('evidence.reason-required', { op: 'evidence.grant', subject: incident });
  const found = await trx
    .selectFrom('incidents')
    .select('compound_id')
    .where('incident_id', '=', incident)
    .executeTakeFirst();
  if (!found) throw new AnGridError('subject.not-found', { op: 'evidence.grant', subject: incident });
  const grantId = uuid();
  const expiresAt = new Date(now.getTime() + GRANT_MS);
  await trx
    .insertInto('evidence_grants')
    .values({
      grant_id: grantId,
      compound_id: found.compound_id,
      incident_id: incident,
      account_id: account,
      reason,
      granted_at: now,
      expires_at: expiresAt,
    })
    .execute();
  return { grantId, expiresAt, compound: found.compound_id };
}

export interface OpenedEvidence {
  readonly evidence: string;
  readonly compound: string;
  readonly sha256: string;
  readonly mediaType: string;
  readonly complete: boolean;
  /** Its pictures are masked, and the gateway may still have the original. */
  readonly hasOriginal: boolean;
  readonly thumbnail: Buffer | null;
  readonly incident: string;
  readonly reason: string;
  readonly grant: string;
  readonly expiresAt: Date;
}

export interface OpeningRequest {
  readonly evidence: string;
  readonly grant: string;
  readonly account: string;
}

/**
 * The piece that a grant opens. It must be evidence of an alert of the grant's incident, the grant must be the
 * account's own, and the scope of the transaction must hold all of them; an unmasked original opens under the grant that
 * brought it alone. Throws evidence.reason-required without a grant that holds, and subject.not-found.
 */
export async function openEvidence(
  trx: CloudTransaction,
  { evidence, grant, account }: OpeningRequest,
  now: Date,
): Promise<OpenedEvidence> {
  const { rows } = await sql<{ incident: string; reason: string; expiresAt: Date }>`
    select g.incident_id as incident, g.reason, g.expires_at as "expiresAt"
    from evidence_grants g join incidents i on i.incident_id = g.incident_id
    where g.grant_id = ${grant} and g.account_id = ${account} and g.expires_at > ${now}`.execute(trx);
  const [granted] = rows;
  if (!granted) throw new AnGridError('evidence.reason-required', { op: 'evidence.open', subject: evidence });
  const pieces = await sql<
    Pick<OpenedEvidence, 'compound' | 'sha256' | 'mediaType' | 'complete' | 'hasOriginal' | 'thumbnail'>
  >`
    select e.compound_id as compound, e.sha256, e.media_type as "mediaType", e.complete_at is not null as complete,
      e.descriptor ? 'original' as "hasOriginal", e.thumbnail
    from evidence e
    where e.evidence = ${evidence} and coalesce(e.descriptor -> 'grant' ->> 'id', ${grant}) = ${grant} and exists (
      select from alert_evidence ae join alerts a on a.alert = ae.alert
      where ae.evidence = e.evidence and a.incident_id = ${granted.incident})`.execute(trx);
  const [piece] = pieces.rows;
  if (!piece) throw new AnGridError('subject.not-found', { op: 'evidence.open', subject: evidence });
  return { evidence, grant, ...granted, ...piece };
}
