import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';

export interface UnitCounts {
  readonly open: number;
  readonly devices: number;
  readonly offline: number;
}

export const noCounts: UnitCounts = { open: 0, devices: 0, offline: 0 };

/** What the scope sees in the grid. */
export interface Standing {
  /** At each unit and everywhere below it. */
  readonly counts: ReadonlyMap<string, UnitCounts>;
  /** Paths of the units that have a place of their own. */
  readonly held: ReadonlySet<string>;
}

/** The path of `u` as angrid_unit_in_scope (migration 0001) takes it, with the setting read once a query. */
export const isInScope = sql<boolean>`(u.path || '/') ^@ any ((select angrid_scope_units())::text[])`;

/** A city has a hundred thousand devices, nearly all of them online: a place keeps how many it has (migration 0027). */
export async function standingOfUnits(trx: CloudTransaction): Promise<Standing> {
  const { places, held } = await placesOfUnits(trx);
  const devicesAt = await devicesByPlace(trx);
  const offline = await offlineByPlace(trx);
  const counts = new Map<string, UnitCounts>();
  const add = (unit: string, { open = 0, devices = 0, offline = 0 }: Partial<UnitCounts>): void => {
    for (const path of wayUp(unit)) {
      const sum = counts.get(path) ?? noCounts;
      counts.set(path, { open: sum.open + open, devices: sum.devices + devices, offline: sum.offline + offline });
    }
  };
  for (const [place, { path, inScope }] of places)
    if (inScope) add(path, { devices: devicesAt.get(place) ?? 0, offline: offline.get(place) ?? 0 });
  for (const { path, open } of await openByPath(trx)) add(path, { open });
  for (const { path, place, ...more } of await devicesByUnit(trx)) if (!places.has(place ?? '')) add(path, more);
  return { counts, held };
}

async function openByPath(trx: CloudTransaction): Promise<readonly { path: string; open: number }[]> {
  const { rows } = await sql<{ path: string; open: number }>`
    select unit_path as path, count(*) as open from incidents
    where state <> 'closed' and unit_path is not null group by 1`.execute(trx);
  return rows;
}

interface PlaceOfUnit {
  /** compound/place */
  readonly place: string;
  readonly path: string;
  readonly inScope: boolean;
}

/** Each place with its unit in the first of the trees that know it; a unit holds a place in whichever tree. */
async function placesOfUnits(trx: CloudTransaction): Promise<{
  readonly places: ReadonlyMap<string, PlaceOfUnit>;
  readonly held: ReadonlySet<string>;
}> {
  const { rows } = await sql<PlaceOfUnit>`
    select pu.compound_id || '/' || pu.place_id as place, u.path, (select angrid_every_unit()) or ${isInScope} as "inScope"
    from place_units pu
    join units u on u.unit_id = pu.unit_id
    join trees t on t.tree_id = pu.tree_id
    where upper_inf(pu.valid) order by t.precedence desc, t.tree_id desc`.execute(trx);
  const seen = rows.filter(({ inScope }) => inScope);
  return { places: new Map(rows.map((row) => [row.place, row])), held: new Set(seen.map(({ path }) => path)) };
}

/** Read by itself: PostgreSQL expects few of both, and would look for the places of a city one by one. */
async function devicesByPlace(trx: CloudTransaction): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ place: string; devices: number }>`
    select compound_id || '/' || place_id as place, devices from places where devices > 0`.execute(trx);
  return new Map(rows.map(({ place, devices }) => [place, devices]));
}

async function offlineByPlace(trx: CloudTransaction): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ place: string; offline: number }>`
    select dp.compound_id || '/' || dp.place_id as place, count(*) as offline
    from devices d join device_places dp on ${standsNow}
    where d.state = 'offline' and d.removed_at is null group by 1`.execute(trx);
  return new Map(rows.map(({ place, offline }) => [place, offline]));
}

type OfUnit = Omit<UnitCounts, 'open'> & { readonly path: string; readonly place: string | null };

/** Devices that have a unit of their own. */
async function devicesByUnit(trx: CloudTransaction): Promise<readonly OfUnit[]> {
  const { rows } = await sql<OfUnit>`
    select u.path, dp.compound_id || '/' || dp.place_id as place, count(*) as devices,
      count(*) filter (where d.state = 'offline') as offline
    from devices d join units u on u.unit_id = d.unit_id left join device_places dp on ${standsNow}
    where d.unit_id is not null and d.removed_at is null and ((select angrid_every_unit()) or ${isInScope})
    group by 1, 2`.execute(trx);
  return rows;
}

const standsNow = sql`dp.compound_id = d.compound_id and dp.device_id = d.device_id and upper_inf(dp.valid)`;

/** `a/b/c`: a/b/c, a/b, a. */
export function* wayUp(path: string): Generator<string> {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) yield path.slice(0, end);
}
