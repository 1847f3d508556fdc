import type { Localized } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { TreePurpose, UnitForm } from '../schema-units.js';
import type { TreeLevel } from '../units/levels.js';

export interface UnitCounts {
  readonly open: number;
  readonly devices: number;
  readonly offline: number;
}

export interface UnitView {
  readonly id: string;
  readonly parentId: string | null;
  readonly path: string;
  readonly level: number;
  readonly kind: string;
  readonly name: string;
  readonly form: UnitForm;
  readonly population: number | null;
  readonly drawn: boolean;
  /** At the unit and everywhere below it. */
  readonly counts: UnitCounts;
}

export interface TreeView {
  readonly id: string;
  readonly name: Localized;
  readonly purpose: TreePurpose;
  /** What its units are numbered by. */
  readonly scheme: string;
  /** The level at which a compound lies in one unit. */
  readonly wholeLevel: number | null;
  /** As the playbook names them, with the kinds of unit on each; none where no playbook describes the tree. */
  readonly levels: readonly TreeLevel[];
  readonly units: readonly UnitView[];
}

export interface TreeRequest {
  readonly now: Date;
  /** Every unit, also where nothing of the scope stands: for whoever puts devices there. */
  readonly everything: boolean;
  readonly levelsOf: (tree: Pick<TreeView, 'id' | 'purpose'>) => readonly TreeLevel[];
}

type UnitRow = Omit<UnitView, 'counts'> & { readonly tree: string; readonly inScope: boolean };

/** The units that the scope sees, with all that are above them. */
export async function listTrees(trx: CloudTransaction, request: TreeRequest): Promise<readonly TreeView[]> {
  const trees = await trx
    .selectFrom('trees')
    .select(['tree_id as id', 'name', 'purpose', 'scheme', 'whole_level as wholeLevel'])
    .orderBy('precedence')
    .orderBy('tree_id')
    .execute();
  const counts = await countsByPath(trx, request.now);
  const { rows } = await sql<UnitRow>`
    select unit_id as id, tree_id as tree, parent_id as "parentId", path, level, kind, name, form,
      population, outline is not null as drawn, not (select angrid_every_unit()) and ${isInScope} as "inScope"
    from units u where ended_at is null order by path`.execute(trx);
  const shown = request.everything ? undefined : await shownPaths(trx, rows, request.now);
  const units = rows
    .filter(({ path }) => shown === undefined || shown.has(path))
    .map(({ inScope: _, ...unit }) => ({ ...unit, counts: counts.get(unit.path) ?? NOTHING }));
  return trees.map(({ id, ...facts }) => ({
    id,
    ...facts,
    levels: request.levelsOf({ id, ...facts }),
    units: units.filter(({ tree }) => tree === id).map(({ tree: _, ...unit }) => unit),
  }));
}

/** The path of `u` as angrid_unit_in_scope (migration 0001) takes it, with the setting read once a query. */
const isInScope = sql`(u.path || '/') ^@ any ((select angrid_scope_units())::text[])`;

const NOTHING: UnitCounts = { open: 0, devices: 0, offline: 0 };

/** Units of the scope, units with a place of a compound of the scope, and what is above both. */
async function shownPaths(trx: CloudTransaction, units: readonly UnitRow[], now: Date): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ path: string }>`
    select distinct u.path from place_units pu join units u on u.unit_id = pu.unit_id
    where pu.valid @> ${now}::timestamptz and ((select angrid_every_unit()) or ${isInScope})`.execute(trx);
  const shown = new Set<string>();
  const own = units.filter(({ inScope }) => inScope);
  for (const { path } of [...rows, ...own]) for (const prefix of waysTo(path)) shown.add(prefix);
  return shown;
}

/** Devices are counted by place before the units of the places are looked up: there are many devices and few places. */
async function countsByPath(trx: CloudTransaction, now: Date): Promise<ReadonlyMap<string, UnitCounts>> {
  const { rows } = await sql<UnitCounts & { path: string }>`
    with standing as (
      select d.compound_id, dp.place_id, d.unit_id, count(*) as devices,
        count(*) filter (where d.state = 'offline') as offline
      from devices d left join device_places dp
        on dp.compound_id = d.compound_id and dp.device_id = d.device_id and dp.valid @> ${now}::timestamptz
      where d.removed_at is null group by 1, 2, 3
    ), of_places as (
      select distinct on (pu.compound_id, pu.place_id) pu.compound_id, pu.place_id, u.path
      from place_units pu join units u on u.unit_id = pu.unit_id join trees t on t.tree_id = pu.tree_id
      where pu.valid @> ${now}::timestamptz
      order by pu.compound_id, pu.place_id, t.precedence, t.tree_id
    )
    select unit_path as path, count(*) as open, 0::bigint as devices, 0::bigint as offline
    from incidents where state <> 'closed' and unit_path is not null group by 1
    union all
    select u.path, 0, sum(s.devices)::bigint, sum(s.offline)::bigint
    from standing s
    left join of_places p on p.compound_id = s.compound_id and p.place_id = s.place_id
    left join units own on own.unit_id = s.unit_id
    cross join lateral (select coalesce(p.path, own.path) as path) u
    where u.path is not null and ((select angrid_every_unit()) or ${isInScope}) group by 1`.execute(trx);
  const counts = new Map<string, UnitCounts>();
  for (const { path, open, devices, offline } of rows) {
    for (const prefix of waysTo(path)) {
      const before = counts.get(prefix) ?? NOTHING;
      counts.set(prefix, {
        open: before.open + open,
        devices: before.devices + devices,
        offline: before.offline + offline,
      });
    }
  }
  return counts;
}

function waysTo(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
