import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';

export interface UnitCounts {
  readonly open: number;
  readonly devices: number;
  readonly offline: number;
}

export const noCounts: UnitCounts = { open: 0, devices: 0, offline: 0 };

/** The path of `u` as angrid_unit_in_scope (migration 0001) takes it, with the setting read once a query. */
export const isInScope = sql<boolean>`(u.path || '/') ^@ any ((select angrid_scope_units())::text[])`;

/**
 * What stands at each unit and everywhere below it. A city has a hundred thousand devices, and nearly all are there and
 * online: those are counted in the index of their places; only the others are read (migration 0021).
 */
export async function countsByPath(trx: CloudTransaction): Promise<ReadonlyMap<string, UnitCounts>> {
  const { rows } = await sql<UnitCounts & { path: string }>`
    with of_places as materialized (
      select distinct on (pu.compound_id, pu.place_id) pu.compound_id, pu.place_id, u.path
      from place_units pu join units u on u.unit_id = pu.unit_id join trees t on t.tree_id = pu.tree_id
      where upper_inf(pu.valid)
      order by pu.compound_id, pu.place_id, t.precedence, t.tree_id
    ), counted (path, devices, offline) as (
      select p.path, s.devices, s.offline from (${atPlaces}) s join of_places p using (compound_id, place_id)
      union all ${atNoPlace}
    )
    select unit_path as path, count(*) as open, 0::bigint as devices, 0::bigint as offline
    from incidents where state <> 'closed' and unit_path is not null group by 1
    union all
    select u.path, 0, sum(u.devices)::bigint, sum(u.offline)::bigint from counted u
    where (select angrid_every_unit()) or ${isInScope} group by 1`.execute(trx);
  const counts = new Map<string, UnitCounts>();
  for (const { path, open, devices, offline } of rows) {
    for (const prefix of waysTo(path)) {
      const before = counts.get(prefix) ?? noCounts;
      counts.set(prefix, {
        open: before.open + open,
        devices: before.devices + devices,
        offline: before.offline + offline,
      });
    }
  }
  return counts;
}

/** Every device with a place, less those that were removed. */
const atPlaces = sql`
  select compound_id, place_id, count(*) as devices, 0::bigint as offline
  from device_places where upper_inf(valid) group by 1, 2
  union all
  select d.compound_id, dp.place_id, -count(*) filter (where d.removed_at is not null),
    count(*) filter (where d.removed_at is null)
  from devices d, lateral (
    select place_id from device_places p
    where p.compound_id = d.compound_id and p.device_id = d.device_id and upper_inf(p.valid) limit 1) dp
  where d.state = 'offline' or d.removed_at is not null group by 1, 2`;

/** Devices that have a unit of their own, and no place that has one. */
const atNoPlace = sql`
  select own.path, 1, case when d.state = 'offline' then 1 else 0 end
  from devices d join units own on own.unit_id = d.unit_id
  where d.unit_id is not null and d.removed_at is null and not exists (
    select from device_places dp join of_places p using (compound_id, place_id)
    where dp.compound_id = d.compound_id and dp.device_id = d.device_id and upper_inf(dp.valid))`;

/** `a/b/c`: a, a/b, a/b/c. */
export function waysTo(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
