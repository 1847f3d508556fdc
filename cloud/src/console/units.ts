import type { Localized } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { TreePurpose, UnitForm } from '../schema-units.js';
import { countsByPath, isInScope, noCounts, type UnitCounts, waysTo } from './unit-counts.js';
import type { TreeLevel } from '../units/levels.js';

export interface UnitView {
  readonly id: string;
  readonly parentId: string | null;
  readonly path: string;
  readonly level: number;
  readonly kind: string;
  readonly name: string;
  /** Its own, and those of units that were merged into it. */
  readonly codes: readonly string[];
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
  const counts = await countsByPath(trx);
  const { rows } = await sql<UnitRow>`
    select unit_id as id, tree_id as tree, parent_id as "parentId", path, level, kind, name, form,
      jsonb_path_query_array(codes, '$[*].value') as codes, population, outline is not null as drawn, not (select angrid_every_unit()) and ${isInScope} as "inScope"
    from units u where ended_at is null order by path`.execute(trx);
  const shown = request.everything ? undefined : await shownPaths(trx, rows, request.now);
  const units = rows
    .filter(({ path }) => shown === undefined || shown.has(path))
    .map(({ inScope: _, ...unit }) => ({ ...unit, counts: counts.get(unit.path) ?? noCounts }));
  return trees.map(({ id, ...facts }) => ({
    id,
    ...facts,
    levels: request.levelsOf({ id, ...facts }),
    units: units.filter(({ tree }) => tree === id).map(({ tree: _, ...unit }) => unit),
  }));
}

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
