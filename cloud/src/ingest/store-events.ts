import type { EventItem, Item } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import type { Whereabouts } from '../linking/places.js';
import type { Database } from '../schema.js';
import type { IngestContext } from './context.js';
import { isRestricted } from './restricted.js';

export function isEvent(item: Item): item is EventItem {
  return 'dedup' in item.data;
}

/** Writes events; the ids that were not there before. An event is itself by receive time and id, over all partitions. */
export async function storeEvents(
  trx: Transaction<Database>,
  events: readonly EventItem[],
  whereabouts: (device: string) => Whereabouts,
  context: IngestContext,
): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const column = <T>(value: (event: EventItem) => T): T[] => events.map(value);
  const { rows } = await sql<{ id: string }>`
    insert into events (recorded_at, id, device_id, unit_path, kind, source_kind, epoch, lane, sequence, occurred_at,
      late, exercise, restricted, retention_class, purpose, site_class, data, compound_id, gateway_id, arrived_at)
    select *, ${context.compound.id}, ${context.gateway}, ${context.now}::timestamptz
    from unnest(
      ${column((event) => event.data.gatewayTime.wall)}::timestamptz[],
      ${column((event) => Buffer.from(event.id, 'hex'))}::bytea[],
      ${column((event) => event.data.device)}::text[],
      ${column((event) => whereabouts(event.data.device).unitPath)}::text[],
      ${column((event) => event.data.kind)}::text[],
      ${column((event) => event.sourcekind)}::text[],
      ${column((event) => event.bootepoch)}::bigint[],
      ${column((event) => event.lane)}::text[],
      ${column((event) => event.sequence)}::bigint[],
      ${column((event) => event.time)}::timestamptz[],
      ${column((event) => event.late)}::boolean[],
      ${column((event) => event.exercise)}::boolean[],
      ${column(isRestricted)}::boolean[],
      ${column((event) => event.retentionclass)}::text[],
      ${column((event) => event.purpose)}::text[],
      ${column((event) => event.siteclass)}::text[],
      ${column((event) => JSON.stringify(event.data))}::jsonb[])
    on conflict do nothing
    returning encode(id, 'hex') as id`.execute(trx);
  return new Set(rows.map((row) => row.id));
}
