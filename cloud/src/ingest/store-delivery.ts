import type { DeviceGap, GapItem, OutageItem } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import { announce } from '../dispatch/feed.js';
import { locate } from '../linking/places.js';
import type { Database } from '../schema.js';
import type { IngestContext } from './context.js';

/** The newest word on a gap of a device holds; false where it is known, or older than what is known. */
export async function storeDeviceGap(
  trx: Transaction<Database>,
  item: GapItem,
  data: DeviceGap,
  context: IngestContext,
): Promise<boolean> {
  const state = {
    state: data.state,
    missing: JSON.stringify(data.missing),
    why: data.why ?? null,
    changed_at: item.time,
    told_epoch: item.bootepoch,
    told_sequence: item.sequence,
  };
  const result = await trx
    .insertInto('device_gaps')
    .values({
      ...state,
      ...keptFor(item, context),
      gap: data.gap,
      device_id: data.device,
      device_epoch: data.epoch,
      first_sequence: data.from,
      last_sequence: data.to,
      after_at: data.between.after,
      before_at: data.between.before,
      noticed_at: data.noticedAt.wall,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['gap', 'compound_id'])
        .doUpdateSet(state)
        .where(
          sql<boolean>`(device_gaps.told_epoch, device_gaps.told_sequence) < (excluded.told_epoch, excluded.told_sequence)`,
        ),
    )
    .executeTakeFirst();
  const isNews = (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  if (isNews) await announceDevice(trx, data.device, context);
  return isNews;
}

/** What an absence has cost; false where it is known. */
export async function storeOutage(
  trx: Transaction<Database>,
  item: OutageItem,
  context: IngestContext,
): Promise<boolean> {
  const { data } = item;
  const result = await trx
    .insertInto('outages')
    .values({
      ...keptFor(item, context),
      item_id: Buffer.from(item.id, 'hex'),
      device_id: data.device,
      away_from: data.span.from,
      away_to: data.span.to,
      late: data.late,
      backfilled: data.backfilled,
      lost_count: data.lostCount,
      lost: JSON.stringify(data.lost),
      duplicates: data.duplicates,
      rejected: JSON.stringify(data.rejected),
      certainty: data.certainty,
      reported_at: data.reportedAt.wall,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  const isNews = (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  if (isNews) await announceDevice(trx, data.device, context);
  return isNews;
}

function keptFor(item: GapItem | OutageItem, { compound, gateway }: IngestContext) {
  return {
    compound_id: compound.id,
    gateway_id: gateway,
    retention_class: item.retentionclass,
    purpose: item.purpose,
    site_class: item.siteclass,
  };
}

/** The door's row says how much is missing. */
async function announceDevice(
  trx: Transaction<Database>,
  device: string,
  { compound, now }: IngestContext,
): Promise<void> {
  const { unitPath } = (await locate(trx, compound.id, [device], now))(device);
  await announce(trx, [{ topic: 'device', subject: device, compound: compound.id, unitPath }], now);
}
