import { AnGridError, type BatchHeader } from '@angrid/contract';
import { firstLink } from '@angrid/contract/signing';
import type { Transaction } from 'kysely';
import { v7 as uuid } from 'uuid';
import { send } from '../platform/database/index.js';
import type { Database } from '../schema.js';
import type { IngestContext } from './context.js';
import type { ReadBatch } from './read-batch.js';

/** The reason of a gap that only the cloud has noticed. */
export const MISSING = 'missing';

export interface LaneHead {
  readonly sequence: number;
  readonly head: string;
}

/**
 * Locks the lane until the end of the transaction, so that two batches of one lane never interleave. Throws
 * contract.chain-broken where the batch does not go on from what the lane holds: the gateway's disk is another one.
 */
export async function lockLane(
  trx: Transaction<Database>,
  { header, linkAt }: Pick<ReadBatch, 'header' | 'linkAt'>,
  context: IngestContext,
): Promise<LaneHead> {
  const { gateway } = header;
  const held = (await lockedHead(trx, header)) ?? (await openLane(trx, header, context));
  const link = linkAt(held.sequence);
  if (link === undefined || link === held.head) return held;
  throw new AnGridError('contract.chain-broken', { op: 'ingest.lane', subject: gateway, detail: header.lane });
}

function lockedHead(trx: Transaction<Database>, { gateway, epoch, lane }: BatchHeader): Promise<LaneHead | undefined> {
  return trx
    .selectFrom('lane_heads')
    .select(['sequence', 'head'])
    .where('gateway_id', '=', gateway)
    .where('epoch', '=', epoch)
    .where('lane', '=', lane)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** The first batch of a lane; of two at once, the second waits here for the first. */
async function openLane(trx: Transaction<Database>, header: BatchHeader, context: IngestContext): Promise<LaneHead> {
  const { gateway, epoch, lane } = header;
  await trx
    .insertInto('lane_heads')
    .values({
      ...{ gateway_id: gateway, epoch, lane, compound_id: context.compound.id, updated_at: context.now },
      ...{ sequence: 0, head: firstLink(gateway, epoch, lane) },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const head = await lockedHead(trx, header);
  if (head) return head;
  throw new AnGridError('internal.unexpected', { op: 'ingest.lane', subject: gateway });
}

/** Moves the head forward and notes what the numbers skipped. Numbers from before the head move nothing. */
export async function advanceLane(
  trx: Transaction<Database>,
  header: BatchHeader,
  before: LaneHead,
  context: IngestContext,
): Promise<void> {
  if (header.to <= before.sequence) return;
  if (header.from > before.sequence + 1) await noteMissing(trx, header, before, context);
  const { gateway, epoch, lane, to, head } = header;
  await send(trx)`
    update lane_heads set sequence = ${to}, head = ${head}, updated_at = ${context.now}
    where gateway_id = ${gateway} and epoch = ${epoch} and lane = ${lane}`;
}

/** A gap that the gateway has reported itself is not noted a second time. */
async function noteMissing(
  trx: Transaction<Database>,
  header: BatchHeader,
  before: LaneHead,
  context: IngestContext,
): Promise<void> {
  const first = before.sequence + 1;
  const last = header.from - 1;
  const reported = await trx
    .selectFrom('gaps')
    .select('gap_id')
    .where('gateway_id', '=', header.gateway)
    .where('lane', '=', header.lane)
    .where('epoch', '=', header.epoch)
    .where('first_sequence', '<=', first)
    .where('last_sequence', '>=', last)
    .executeTakeFirst();
  if (reported) return;
  await trx
    .insertInto('gaps')
    .values({
      gap_id: uuid(),
      compound_id: context.compound.id,
      gateway_id: header.gateway,
      of: 'lane',
      lane: header.lane,
      epoch: header.epoch,
      device_id: null,
      first_sequence: first,
      last_sequence: last,
      reason: MISSING,
      noticed_at: context.now,
      item_id: null,
      retention_class: 'health',
      purpose: context.compound.purpose,
      site_class: context.compound.siteClass,
    })
    .execute();
}
