import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../../database.js';
import { allOf, limitFilter, readCursor, textFilter, writeCursor } from '../filters.js';
import { deviceInScope, whereabouts } from '../whereabouts.js';
import type { DeviceGapView, OutageView } from './views.js';

export const outageFilterSchema = z.object({
  compound: textFilter,
  gateway: textFilter,
  device: textFilter,
  /** Only what has cost something that never came. */
  lost: z.enum(['true', 'false']).default('false'),
  before: textFilter,
  limit: limitFilter(50, 200),
});
export type OutageFilter = z.infer<typeof outageFilterSchema>;

export interface OutagePage {
  readonly outages: readonly OutageView[];
  readonly next: string | null;
}

/** Reports of absences, latest first. */
export async function listOutages(trx: CloudTransaction, filter: OutageFilter, now: Date): Promise<OutagePage> {
  const conditions: RawBuilder<unknown>[] = [];
  const cursor = readCursor(filter.before);
  if (cursor)
    conditions.push(sql`(o.reported_at, encode(o.item_id, 'hex')) < (${cursor.at}::timestamptz, ${cursor.id})`);
  if (filter.compound) conditions.push(sql`o.compound_id = ${filter.compound}`);
  if (filter.gateway) conditions.push(sql`o.gateway_id = ${filter.gateway}`);
  if (filter.device) conditions.push(sql`o.device_id = ${filter.device}`);
  if (filter.lost === 'true') conditions.push(sql`(o.lost_count > 0 or o.certainty <> 'numbered')`);
  const rows = await selectOutages(trx, allOf(conditions), { now, limit: filter.limit + 1 });
  const outages = rows.slice(0, filter.limit);
  const last = outages.at(-1);
  const next = rows.length > outages.length && last ? writeCursor({ at: last.reportedAt, id: last.id }) : null;
  return { outages, next };
}

interface Reading {
  readonly now: Date;
  readonly limit: number;
}

/** Of devices that the scope sees, by compound and by unit. */
export async function selectOutages(
  trx: CloudTransaction,
  condition: RawBuilder<unknown>,
  { now, limit }: Reading,
): Promise<readonly OutageView[]> {
  const { rows } = await sql<OutageView>`
    select encode(o.item_id, 'hex') as id, json_build_object('id', o.device_id, 'name', d.name) as device,
      json_build_object('id', o.compound_id, 'name', c.name) as compound,
      json_build_object('id', o.gateway_id, 'name', coalesce(g.name, o.gateway_id)) as gateway,
      o.away_from as "from", o.away_to as "to", o.late, o.backfilled, o.lost_count as "lostCount", o.lost,
      o.duplicates, o.rejected, o.certainty, o.reported_at as "reportedAt"
    from outages o
    join devices d on d.compound_id = o.compound_id and d.device_id = o.device_id
    join compounds c on c.compound_id = o.compound_id
    left join gateways g on g.gateway_id = o.gateway_id
    ${whereabouts(now)}
    where ${deviceInScope} and ${condition}
    order by o.reported_at desc, o.item_id desc
    limit ${limit}`.execute(trx);
  return rows;
}

export async function selectGaps(
  trx: CloudTransaction,
  condition: RawBuilder<unknown>,
  { now, limit }: Reading,
): Promise<readonly DeviceGapView[]> {
  const { rows } = await sql<DeviceGapView>`
    select x.gap, json_build_object('id', x.device_id, 'name', d.name) as device, x.device_epoch as epoch,
      x.first_sequence as "from", x.last_sequence as "to", x.state, x.missing, x.why, x.after_at as after,
      x.before_at as before, x.noticed_at as "noticedAt", x.changed_at as "changedAt"
    from device_gaps x
    join devices d on d.compound_id = x.compound_id and d.device_id = x.device_id
    ${whereabouts(now)}
    where ${deviceInScope} and ${condition}
    order by x.before_at desc, x.gap
    limit ${limit}`.execute(trx);
  return rows;
}
