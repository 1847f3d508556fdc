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
  const places = await unitsOfPlaces(trx);
  const counts = new Map<string, UnitCounts>();
  const add = (path: string, more: Partial<UnitCounts>): void => {
    for (const prefix of waysTo(path)) counts.set(prefix, sumOf(counts.get(prefix) ?? noCounts, more));
  };
  for (const { path, open } of await openByPath(trx)) add(path, { open });
  for (const { compound, place, ...more } of await devicesByPlace(trx)) {
    const unit = places.get(`${compound}/${place}`);
    if (unit?.inScope === true) add(unit.path, more);
  }
  for (const { path, compound, place, ...more } of await devicesByUnit(trx))
    if (!places.has(`${compound}/${place}`)) add(path, more);
  return counts;
}

function sumOf(counts: UnitCounts, { open = 0, devices = 0, offline = 0 }: Partial<UnitCounts>): UnitCounts {
  return { open: counts.open + open, devices: counts.devices + devices, offline: counts.offline + offline };
}

async function openByPath(trx: CloudTransaction): Promise<readonly { path: string; open: number }[]> {
  const { rows } = await sql<{ path: string; open: number }>`
    select unit_path as path, count(*) as open from incidents
    where state <> 'closed' and unit_path is not null group by 1`.execute(trx);
  return rows;
}

interface PlaceUnit {
  readonly path: string;
  readonly inScope: boolean;
}

/** By `compound/place`: its unit in the first of the trees that know it. */
async function unitsOfPlaces(trx: CloudTransaction): Promise<ReadonlyMap<string, PlaceUnit>> {
  const { rows } = await sql<PlaceUnit & { key: string }>`
    select pu.compound_id || '/' || pu.place_id as key, u.path, (select angrid_every_unit()) or ${isInScope} as "inScope"
    from place_units pu join units u on u.unit_id = pu.unit_id join trees t on t.tree_id = pu.tree_id
    where upper_inf(pu.valid) order by t.precedence desc, t.tree_id desc`.execute(trx);
  return new Map(rows.map(({ key, ...unit }) => [key, unit]));
}

type Standing = Omit<UnitCounts, 'open'> & { readonly compound: string; readonly place: string | null };

/** Every device with a place, less those that were removed; and of those that are there the ones that are offline. */
async function devicesByPlace(trx: CloudTransaction): Promise<readonly Standing[]> {
  const { rows } = await sql<Standing>`
    select compound_id as compound, place_id as place, count(*) as devices, 0::bigint as offline
    from device_places where upper_inf(valid) group by 1, 2
    union all
    select d.compound_id, dp.place_id, -count(*) filter (where d.removed_at is not null),
      count(*) filter (where d.removed_at is null)
    from devices d ${placeNow}
    where dp.place_id is not null and (d.state = 'offline' or d.removed_at is not null) group by 1, 2`.execute(trx);
  return rows;
}

/** Devices that have a unit of their own. */
async function devicesByUnit(trx: CloudTransaction): Promise<readonly (Standing & { path: string })[]> {
  const { rows } = await sql<Standing & { path: string }>`
    select u.path, d.compound_id as compound, dp.place_id as place, count(*) as devices,
      count(*) filter (where d.state = 'offline') as offline
    from devices d join units u on u.unit_id = d.unit_id ${placeNow}
    where d.unit_id is not null and d.removed_at is null and ((select angrid_every_unit()) or ${isInScope})
    group by 1, 2, 3`.execute(trx);
  return rows;
}

const placeNow = sql`
  left join lateral (
    select place_id from device_places p
    where p.compound_id = d.compound_id and p.device_id = d.device_id and upper_inf(p.valid) limit 1) dp on true`;

/** `a/b/c`: a, a/b, a/b/c. */
export function waysTo(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
