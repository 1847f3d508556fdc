import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { Database } from '../schema.js';

/** Where a device is now. Null place or unit: it is not linked, and its alerts are shown as such. */
export interface Whereabouts {
  readonly placeId: string | null;
  readonly unitPath: string | null;
}

const NOWHERE: Whereabouts = { placeId: null, unitPath: null };

/** The path of the unit that answers for a place: of the first of the trees that know it. */
export const unitOfPlace = (compound: RawBuilder<unknown>, place: RawBuilder<unknown>, now: Date) => sql`
  select u.path
  from place_units pu join units u on u.unit_id = pu.unit_id join trees t on t.tree_id = pu.tree_id
  where pu.compound_id = ${compound} and pu.place_id = ${place} and pu.valid @> ${now}::timestamptz
  order by t.precedence, t.tree_id
  limit 1`;

/** The path of the unit that a device has of its own, where it stands at no place of one. */
export const ownUnitOf = sql`(select path from units own where own.unit_id = d.unit_id)`;

/** The place and unit of each device, by the links that are valid at `now`. */
export async function locate(
  trx: Transaction<Database>,
  compound: string,
  devices: Iterable<string>,
  now: Date,
): Promise<(device: string) => Whereabouts> {
  const ids = [...new Set(devices)];
  if (ids.length === 0) return () => NOWHERE;
  const { rows } = await sql<{ device_id: string; place_id: string | null; path: string | null }>`
    select d.device_id, dp.place_id, coalesce(w.path, ${ownUnitOf}) as path
    from devices d
    left join device_places dp
      on dp.compound_id = d.compound_id and dp.device_id = d.device_id and dp.valid @> ${now}::timestamptz
    left join lateral (${unitOfPlace(sql`dp.compound_id`, sql`dp.place_id`, now)}) w on true
    where d.compound_id = ${compound} and d.device_id = any (${ids}::text[])`.execute(trx);
  const found = new Map(rows.map((row) => [row.device_id, { placeId: row.place_id, unitPath: row.path }]));
  return (device) => found.get(device) ?? NOWHERE;
}
