import { AnGridError } from '@angrid/contract';
import type { CloudTransaction } from '../database.js';
import { queueCommand } from './commands.js';

export interface EvidenceRequest {
  readonly evidence: string;
  /** Not the piece itself, but the unmasked original that it was made of. */
  readonly original?: true;
  /** Opaque id of the account. */
  readonly actor: string;
  readonly grant: {
    readonly id: string;
    readonly reason: string;
    readonly role: string;
    readonly expiresAt: Date;
  };
}

/** Asks the gateway that holds a piece of evidence to send it, as long as the grant lasts. The command's id. */
export async function requestEvidence(
  trx: CloudTransaction,
  { evidence, original, actor, grant }: EvidenceRequest,
  now: Date,
): Promise<string> {
  const found = await trx
    .selectFrom('evidence')
    .select(['compound_id', 'gateway_id'])
    .where('evidence', '=', evidence)
    .executeTakeFirst();
  if (!found) throw new AnGridError('subject.not-found', { op: 'sites.request-evidence', subject: evidence });
  const order = {
    type: 'evidence.fetch',
    grant: { ...grant, expiresAt: grant.expiresAt.toISOString() },
    params: { evidence, ...(original && { original }) },
  } as const;
  const lifeMs = grant.expiresAt.getTime() - now.getTime();
  return queueCommand(trx, { compound: found.compound_id, gateway: found.gateway_id, actor, lifeMs, order }, now);
}
