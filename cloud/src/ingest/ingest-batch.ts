import { AnGridError, type BatchAnswer, type Item } from '@angrid/contract';
import { publicKeyFromRaw } from '@angrid/contract/signing';
import type { Clock } from '@angrid/runtime';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { receive } from '../pipeline.js';
import { errorCode, retryPassing, withScope } from '../platform/database/index.js';
import type { Principal } from '../platform/http/principal.js';
import { siteVersion } from '../sites/site-config.js';
import type { Governance } from '../playbooks/governance.js';
import type { IngestContext } from './context.js';
import { readBatch, type Sender } from './read-batch.js';

export interface Ingesting {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly governance: Governance;
  /** Told of the items that are new, once they are committed. */
  readonly onStored?: (items: readonly Item[], compound: string) => void;
}

/**
 * Takes a batch of the gateway in: the answer comes after the commit. Throws what `readBatch` and `receive` throw; what
 * the database cannot hold is a contract.violation of the batch, and the gateway finds the line by halving it.
 */
export async function ingestBatch(
  { db, clock, governance, onStored }: Ingesting,
  { id, scope }: Principal,
  bytes: Buffer,
): Promise<BatchAnswer> {
  const { compound, items, answer } = await retryPassing(clock, () =>
    withScope(
      db.service,
      scope,
      async (trx) => {
        const { sender, compound } = await findSender(trx, id);
        const batch = readBatch(bytes, sender);
        const received = await receive(trx, batch, { gateway: id, compound, governance, now: new Date(clock.wall()) });
        const answer = { ...received, siteVersion: await siteVersion(trx, compound.id) };
        return { compound, items: batch.items, answer };
      },
      { plans: 'kept' },
    ),
  ).catch(refuseContent);
  const stored = new Set(answer.accepted);
  onStored?.(
    items.filter((item) => stored.has(item.id)),
    compound.id,
  );
  return answer;
}

interface Known {
  readonly sender: Sender;
  readonly compound: IngestContext['compound'];
}

async function findSender(trx: CloudTransaction, gateway: string): Promise<Known> {
  const row = await trx
    .selectFrom('gateways')
    .innerJoin('compounds', 'compounds.compound_id', 'gateways.compound_id')
    .select(['gateways.compound_id as id', 'public_key', 'site_class as siteClass', 'purpose'])
    .where('gateway_id', '=', gateway)
    .executeTakeFirstOrThrow();
  return {
    sender: { gateway, publicKey: publicKeyFromRaw(row.public_key) },
    compound: { id: row.id, siteClass: row.siteClass, purpose: row.purpose },
  };
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity): never better at another time. */
function refuseContent(error: unknown): never {
  if (error instanceof AnGridError || !/^2[23]/.test(errorCode(error) ?? '')) throw error;
  const detail = error instanceof Error ? error.message.slice(0, 200) : 'it cannot be stored';
  throw new AnGridError('contract.violation', { op: 'ingest.store', detail, cause: error });
}
