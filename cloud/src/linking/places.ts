import { sql, type Transaction } from 'kysely';
import type { Database } from '../schema.js';

/** Where a device is now. Null place or unit: it is not linked, and its alerts are shown as such. */
export interface Whereabouts {
  readonly placeId: string | null;
  readonly unitPath: string | null;
}

const NOWHERE: Whereabouts = { placeId: null, unitPath: null };

/** The place and unit of each device, by the links that are valid at `now`. */
export async function locate(
  trx: Transaction<Database>,
  compound: string,
  devices: Iterable<string>,
  now: Date,
): Promise<(device: string) => Whereabouts> {
  const ids = [...new Set(devices)];
  if (ids.length === 0) return () => NOWHERE;
  const { rows } = await sql<{ device_id: string; place_id: string; path: string | null }>`
    select distinct on (dp.device_id) dp.device_id, dp.place_id, u.path
    from device_places dp
    left join place_units pu
      on pu.compound_id = dp.compound_id and pu.place_id = dp.place_id and pu.valid @> ${now}::timestamptz
    left join units u on u.unit_id = pu.unit_id
    where dp.compound_id = ${compound} and dp.device_id = any (${ids}::text[]) and dp.valid @> ${now}::timestamptz
    order by dp.device_id, pu.tree_id`.execute(trx);
  const found = new Map(rows.map((row) => [row.device_id, { placeId: row.place_id, unitPath: row.path }]));
  return (device) => found.get(device) ?? NOWHERE;
}
