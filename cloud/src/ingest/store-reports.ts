import type { EvidenceItem, GapItem, HealthItem, LaneGap } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import { v7 as uuid } from 'uuid';
import { announce } from '../dispatch/feed.js';
import type { Database } from '../schema.js';
import type { IngestContext } from './context.js';
import { MISSING } from './lane.js';

const MOST_SKEW_MS = 2 ** 31 - 1;

/** Keeps the latest health report of the gateway and the state of its devices. */
export async function storeHealth(trx: Transaction<Database>, item: HealthItem, context: IngestContext): Promise<void> {
  const before = await trx
    .selectFrom('gateways')
    .select('health')
    .where('gateway_id', '=', context.gateway)
    .executeTakeFirst();
  await trx
    .updateTable('gateways')
    .set({ health: JSON.stringify(item.data), version: item.data.version })
    .where('gateway_id', '=', context.gateway)
    .execute();
  const waits = waiting(item.data);
  if (waits !== waiting(before?.health)) await announceGateway(trx, context);
  const { devices } = item.data;
  await sql`
    update devices d set state = c.state, clock_skew_ms = c.skew, reach = c.reach,
      state_since = case when d.state = c.state then d.state_since else c.since end
    from unnest(${devices.map(({ device }) => device)}::text[], ${devices.map(({ state }) => state)}::text[],
      ${devices.map(({ since }) => since)}::timestamptz[],
      ${devices.map(({ clockSkewMs }) => (clockSkewMs === undefined ? null : storableSkew(clockSkewMs)))}::integer[],
      ${devices.map(({ reach }) => reach ?? null)}::text[])
      as c (device_id, state, since, skew, reach)
    where d.compound_id = ${context.compound.id} and d.device_id = c.device_id`.execute(trx);
}

/** A panel that starts in 1970 is further off than the column is wide: 24 days say as much. */
function storableSkew(ms: number): number {
  return Math.max(-MOST_SKEW_MS, Math.min(MOST_SKEW_MS, Math.round(ms)));
}

/** What waits at the gateway, as the consoles show it. */
function waiting(health: Partial<Pick<HealthItem['data'], 'pending'>> | null | undefined): string {
  const { alarm = 0, record = 0, media = 0, quarantined = 0 } = health?.pending ?? {};
  return [alarm, record, media, quarantined].join();
}

function announceGateway(
  trx: Transaction<Database>,
  { gateway, compound, now }: Pick<IngestContext, 'gateway' | 'compound' | 'now'>,
): Promise<void> {
  return announce(trx, [{ topic: 'gateway', subject: gateway, compound: compound.id, unitPath: null }], now);
}

/** Items of the gateway that gave way; false where it is known. */
export async function storeLaneGap(
  trx: Transaction<Database>,
  item: GapItem,
  data: LaneGap,
  context: IngestContext,
): Promise<boolean> {
  await forgetMissing(trx, data, context);
  const result = await trx
    .insertInto('gaps')
    .values({
      gap_id: uuid(),
      compound_id: context.compound.id,
      gateway_id: context.gateway,
      of: data.of,
      lane: data.lane ?? null,
      epoch: data.epoch ?? null,
      device_id: null,
      first_sequence: data.from,
      last_sequence: data.to,
      reason: data.reason,
      noticed_at: data.noticedAt.wall,
      item_id: Buffer.from(item.id, 'hex'),
      retention_class: item.retentionclass,
      purpose: item.purpose,
      site_class: item.siteclass,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** What the cloud had noticed by itself is what the gateway now explains. */
async function forgetMissing(trx: Transaction<Database>, data: LaneGap, { gateway }: IngestContext): Promise<void> {
  await trx
    .deleteFrom('gaps')
    .where('gateway_id', '=', gateway)
    .where('reason', '=', MISSING)
    .where('lane', '=', data.lane ?? '')
    .where('epoch', '=', data.epoch ?? 0)
    .where('first_sequence', '>=', data.from)
    .where('last_sequence', '<=', data.to)
    .execute();
}

/** Announces a piece of evidence; its bytes come on their own way. False where it is known. */
export async function storeEvidence(
  trx: Transaction<Database>,
  item: EvidenceItem,
  context: IngestContext,
): Promise<boolean> {
  const { thumbnail, ...data } = item.data;
  const result = await trx
    .insertInto('evidence')
    .values({
      evidence: data.evidence,
      compound_id: context.compound.id,
      gateway_id: context.gateway,
      camera_id: data.camera,
      kind: data.kind,
      sha256: data.sha256,
      bytes: data.bytes,
      media_type: data.mediaType,
      span_from: data.span.from,
      span_to: data.span.to,
      descriptor: JSON.stringify(data),
      thumbnail: thumbnail === undefined ? null : Buffer.from(thumbnail, 'base64'),
      arrived_at: context.now,
      retention_class: item.retentionclass,
      purpose: item.purpose,
      site_class: item.siteclass,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  const rows = data.alerts.map((alert) => ({ compound_id: context.compound.id, alert, evidence: data.evidence }));
  await trx
    .insertInto('alert_evidence')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
