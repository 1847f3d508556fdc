import type { Localized } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { TreePurpose, UnitForm } from '../schema-units.js';
import { listsOf } from './lists.js';
import { isInScope, noCounts, standingOfUnits, type UnitCounts, wayUp } from './unit-counts.js';
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
  /** Every unit, also where nothing of the scope stands: for whoever puts devices there. */
  readonly everything: boolean;
  readonly levelsOf: (tree: Pick<TreeView, 'id' | 'purpose'>) => readonly TreeLevel[];
}

type UnitRow = Omit<UnitView, 'counts'> & { readonly tree: string; readonly inScope: boolean };

/** Units of the scope, units with a place of a compound of the scope, and what is above both. */
export async function listTrees(trx: CloudTransaction, request: TreeRequest): Promise<readonly TreeView[]> {
  const trees = await trx
    .selectFrom('trees')
    .select(['tree_id as id', 'name', 'purpose', 'scheme', 'whole_level as wholeLevel'])
    .orderBy('precedence')
    .orderBy('tree_id')
    .execute();
  const { counts, held } = await standingOfUnits(trx);
  const { rows } = await sql<UnitRow>`
    select unit_id as id, tree_id as tree, parent_id as "parentId", path, level, kind, name, form,
      jsonb_path_query_array(codes, '$[*].value') as codes, population, outline is not null as drawn, not (select angrid_every_unit()) and ${isInScope} as "inScope"
    from units u where ended_at is null order by path`.execute(trx);
  const own = rows.filter(({ inScope }) => inScope).map(({ path }) => path);
  const shown = new Set([...held, ...own].flatMap((path) => [...wayUp(path)]));
  const unitsOf = listsOf(
    rows
      .filter(({ path }) => request.everything || shown.has(path))
      .map((row) => [row.tree, viewOf(row, counts.get(row.path) ?? noCounts)]),
  );
  return trees.map((facts) => ({ ...facts, levels: request.levelsOf(facts), units: unitsOf(facts.id) }));
}

/** Written out: of thousands of rows a copy without some columns takes many times as long. */
function viewOf(row: UnitRow, counts: UnitCounts): UnitView {
  return {
    id: row.id,
    parentId: row.parentId,
    path: row.path,
    level: row.level,
    kind: row.kind,
    name: row.name,
    codes: row.codes,
    form: row.form,
    population: row.population,
    drawn: row.drawn,
    counts,
  };
}
