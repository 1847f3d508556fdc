import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { Outline } from '../schema-units.js';
import { schemeOf } from '../units/codes.js';
import { type UnitCode, unitsByCode } from '../units/tree.js';
import { locator } from '../units/geometry/locator.js';
import { decideUnit, type Finder, type Subject } from './decide-unit.js';

interface PlacedSubject extends Subject {
  readonly compound: string;
  readonly id: string;
  readonly unit: string | null;
}

interface FinderOf extends Finder {
  readonly tree: string;
}

/**
 * Finds the unit of every place with a position that no person has linked, and of every device without a place; the
 * compounds whose places have another unit now.
 */
export async function applyLinks(trx: CloudTransaction, now: Date): Promise<ReadonlySet<string>> {
  const [places, devices] = [await openPlaces(trx), await openDevices(trx)];
  if (places.length + devices.length === 0) return new Set();
  const finders = await loadFinders(trx);
  const changed = new Set<string>();
  for (const finder of finders)
    for (const compound of await linkPlaces(trx, finder, places, now)) changed.add(compound);
  await linkDevices(trx, finders, devices);
  return changed;
}

/** Trees in their precedence, with what finds a unit in each. */
async function loadFinders(trx: CloudTransaction): Promise<readonly FinderOf[]> {
  const { rows: trees } = await sql<{ id: string; scheme: string }>`
    select tree_id as id, scheme from trees order by precedence, tree_id`.execute(trx);
  const { rows: units } = await sql<{
    tree: string;
    id: string;
    level: number;
    outline: Outline | null;
    codes: UnitCode[];
  }>`
    select tree_id as tree, unit_id as id, level, outline, codes from units where ended_at is null`.execute(trx);
  return trees.map(({ id: tree, scheme }) => {
    const own = units.filter((unit) => unit.tree === tree);
    const named = unitsByCode(own);
    const shaped = own.flatMap(({ outline, ...unit }) => (outline ? [{ ...unit, outline }] : []));
    return { tree, byPosition: locator(shaped), byCode: (code) => named.get(schemeOf(scheme).canonical(code))?.id };
  });
}

async function openPlaces(trx: CloudTransaction): Promise<readonly PlacedSubject[]> {
  const { rows } = await sql<PlacedSubject>`
    select compound_id as compound, place_id as id, lon, lat, null as "gridCode", null as unit
    from places where lon is not null order by 1, 2`.execute(trx);
  return rows;
}

async function linkPlaces(
  trx: CloudTransaction,
  finder: FinderOf,
  places: readonly PlacedSubject[],
  now: Date,
): Promise<readonly string[]> {
  if (places.length === 0) return [];
  const at = sql`${now}::timestamptz`;
  const found = places.map((place) => decideUnit(place, finder)?.unit ?? null);
  const wanted = sql`unnest(${places.map(({ compound }) => compound)}::text[], ${places.map(({ id }) => id)}::text[],
    ${found}::text[]) w (compound_id, place_id, unit_id)`;
  const same = sql`pu.compound_id = w.compound_id and pu.place_id = w.place_id and pu.tree_id = ${finder.tree}
    and upper_inf(pu.valid)`;
  const outdated = sql`${same} and pu.by = 'geometry' and pu.unit_id is distinct from w.unit_id`;
  const left = await sql<{ compound: string }>`
    delete from place_units pu using ${wanted} where ${outdated} and lower(pu.valid) >= ${at}
    returning pu.compound_id as compound`.execute(trx);
  const ended = await sql<{ compound: string }>`
    update place_units pu set valid = tstzrange(lower(pu.valid), ${at}) from ${wanted} where ${outdated}
    returning pu.compound_id as compound`.execute(trx);
  const begun = await sql<{ compound: string }>`
    insert into place_units (compound_id, place_id, tree_id, unit_id, by, valid)
    select w.compound_id, w.place_id, ${finder.tree}, w.unit_id, 'geometry', tstzrange(${at}, null)
    from ${wanted} where w.unit_id is not null and not exists (select 1 from place_units pu where ${same})
    returning compound_id as compound`.execute(trx);
  return [...left.rows, ...ended.rows, ...begun.rows].map(({ compound }) => compound);
}

/** Devices that stand at no place, or at one that no unit answers for. */
async function openDevices(trx: CloudTransaction): Promise<readonly PlacedSubject[]> {
  const { rows } = await sql<PlacedSubject>`
    select compound_id as compound, device_id as id, lon, lat, grid_code as "gridCode", unit_id as unit
    from devices
    where removed_at is null and (lon is not null or grid_code is not null or unit_id is not null)
    order by 1, 2`.execute(trx);
  return rows;
}

async function linkDevices(
  trx: CloudTransaction,
  finders: readonly FinderOf[],
  devices: readonly PlacedSubject[],
): Promise<void> {
  const changed = devices.flatMap((device) => {
    const [found] = finders.flatMap((finder) => decideUnit(device, finder) ?? []);
    if ((found?.unit ?? null) === device.unit) return [];
    return [{ ...device, unit: found?.unit ?? null, by: found?.by ?? null }];
  });
  if (changed.length === 0) return;
  await sql`
    update devices d set unit_id = c.unit_id, linked_by = c.by
    from unnest(${changed.map(({ compound }) => compound)}::text[], ${changed.map(({ id }) => id)}::text[],
      ${changed.map(({ unit }) => unit)}::text[], ${changed.map(({ by }) => by)}::text[]) c (compound_id, device_id, unit_id, by)
    where d.compound_id = c.compound_id and d.device_id = c.device_id`.execute(trx);
}
