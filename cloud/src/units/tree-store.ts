import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import { tellScopesChanged } from '../accounts/sessions.js';
import type { CloudTransaction } from '../database.js';
import { relink } from '../linking/relink.js';
import { holdLock } from '../platform/database/index.js';
import { bumpSite } from '../sites/site-config.js';
import { handOver } from './hand-over.js';
import type { PlaceRef, Tree, TreeChange, TreeUnit } from './tree.js';
import { keepWhole } from './wholeness.js';

export interface StoredTree extends Tree {
  readonly version: number;
}

/** A tree with the units that there are now. `lock`: nobody else changes it until the transaction ends. */
export async function loadTree(trx: CloudTransaction, id: string, lock = false): Promise<StoredTree> {
  const { rows } = await sql<Omit<StoredTree, 'units'>>`
    select tree_id as id, scheme, whole_level as "wholeLevel", version from trees where tree_id = ${id}
    ${lock ? sql`for no key update` : sql``}`.execute(trx);
  const [tree] = rows;
  if (!tree) throw new AnGridError('subject.not-found', { op: 'units.tree', subject: id });
  const { rows: units } = await sql<TreeUnit>`
    select unit_id as id, parent_id as "parentId", path, level, kind, name, codes, population, form, outline,
      outline_source as "outlineSource"
    from units where tree_id = ${id} and ended_at is null order by path`.execute(trx);
  return { ...tree, units };
}

/** Of the ids, those that another tree, or the past of this one, has taken. */
export async function takenIds(
  trx: CloudTransaction,
  tree: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    select unit_id as id from units
    where unit_id = any (${[...new Set(ids)]}::text[]) and (tree_id <> ${tree} or ended_at is not null)`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/** How many places and members each unit of a tree answers for now. */
export async function heldByUnits(trx: CloudTransaction, tree: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; n: number }>`
    select unit_id as id, count(*) as n from (
      select unit_id from place_units where tree_id = ${tree} and upper_inf(valid)
      union all select unit_id from unit_members where tree_id = ${tree} and upper_inf(valid)) held
    group by 1`.execute(trx);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

export async function placesOf(trx: CloudTransaction, unit: string): Promise<readonly PlaceRef[]> {
  const { rows } = await sql<PlaceRef>`
    select compound_id as compound, place_id as place from place_units
    where unit_id = ${unit} and upper_inf(valid) order by 1, 2`.execute(trx);
  return rows;
}

export interface Writing {
  readonly now: Date;
  readonly actor: string;
}

/**
 * Writes a change of a tree: units with their history, places, people, open work and the sites concerned. Throws
 * units.refused where a compound would lie across units.
 */
export async function writeChange(trx: CloudTransaction, change: TreeChange, writing: Writing): Promise<void> {
  await holdLock('links').execute(trx);
  await keepWhole(trx, change.tree, () => write(trx, change, writing));
}

async function write(trx: CloudTransaction, change: TreeChange, { now, actor }: Writing): Promise<void> {
  await putUnits(trx, change);
  await endUnits(trx, change, now);
  await writeVersions(trx, change, { now, actor });
  for (const handing of change.handed) await handOver(trx, handing, now);
  await sql`update trees set version = version + 1 where tree_id = ${change.tree}`.execute(trx);
  await relink(trx, now, change);
  const concerned = [...change.paths.flatMap(({ to }) => to), ...change.handed.map(({ to }) => to)];
  if (concerned.length === 0) return;
  for (const compound of await compoundsAt(trx, concerned)) await bumpSite(trx, compound, now);
  await tellScopesChanged(trx);
}

async function putUnits(trx: CloudTransaction, { tree, put }: TreeChange): Promise<void> {
  if (put.length === 0) return;
  const column = <Key extends keyof TreeUnit>(key: Key): TreeUnit[Key][] => put.map(({ unit }) => unit[key]);
  const texts = put.map(({ unit }) => JSON.stringify(unit.codes));
  const outlines = put.map(({ unit }) => (unit.outline ? JSON.stringify(unit.outline) : null));
  await sql`
    insert into units (tree_id, unit_id, parent_id, path, level, kind, name, population, form, outline_source, codes, outline)
    select ${tree}, id, parent, path, level, kind, name, population, form, source, codes::jsonb, outline::jsonb
    from unnest(${column('id')}::text[], ${column('parentId')}::text[], ${column('path')}::text[],
      ${column('level')}::int[], ${column('kind')}::text[], ${column('name')}::text[], ${column('population')}::int[],
      ${column('form')}::text[], ${column('outlineSource')}::text[], ${texts}::text[], ${outlines}::text[])
      as row (id, parent, path, level, kind, name, population, form, source, codes, outline)
    on conflict (unit_id) do update set parent_id = excluded.parent_id, path = excluded.path, level = excluded.level,
      kind = excluded.kind, name = excluded.name, population = excluded.population, form = excluded.form,
      outline_source = excluded.outline_source, codes = excluded.codes, outline = excluded.outline, ended_at = null
    where units.tree_id = excluded.tree_id`.execute(trx);
}

async function endUnits(trx: CloudTransaction, { ended }: TreeChange, now: Date): Promise<void> {
  if (ended.length === 0) return;
  await sql`update units set ended_at = ${now} where unit_id = any (${ended.map(({ id }) => id)}::text[])`.execute(trx);
}

/** The version before ends where the next one begins; two changes at one instant leave the second. */
async function writeVersions(
  trx: CloudTransaction,
  { put, ended }: TreeChange,
  { now, actor }: Writing,
): Promise<void> {
  const changes = [...put.map(({ unit, change, others = [] }) => ({ id: unit.id, change, others })), ...ended];
  if (changes.length === 0) return;
  const ids = changes.map(({ id }) => id);
  const current = sql`unit_id = any (${ids}::text[]) and upper_inf(valid)`;
  await sql`delete from unit_versions where ${current} and lower(valid) >= ${now}::timestamptz`.execute(trx);
  await sql`update unit_versions set valid = tstzrange(lower(valid), ${now}::timestamptz) where ${current}`.execute(
    trx,
  );
  await sql`
    insert into unit_versions
      (unit_id, valid, parent_id, path, level, kind, name, population, change, other_ids, actor)
    select u.unit_id, tstzrange(${now}::timestamptz, null), u.parent_id, u.path, u.level, u.kind, u.name, u.population,
      c.change, array(select jsonb_array_elements_text(c.others::jsonb)), ${actor}
    from unnest(${ids}::text[], ${changes.map(({ change }) => change)}::text[],
      ${changes.map(({ others }) => JSON.stringify(others))}::text[]) as c (id, change, others)
    join units u on u.unit_id = c.id`.execute(trx);
}

async function compoundsAt(trx: CloudTransaction, pathsOrIds: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct pu.compound_id as id from place_units pu join units u on u.unit_id = pu.unit_id
    where upper_inf(pu.valid) and (u.path = any (${pathsOrIds}::text[]) or u.unit_id = any (${pathsOrIds}::text[]))
    order by 1`.execute(trx);
  return rows.map(({ id }) => id);
}
