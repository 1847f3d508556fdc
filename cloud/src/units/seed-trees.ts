import type { CloudDatabase, CloudTransaction } from '../database.js';
import { readTreeFiles, type TreeFile } from './tree-file.js';
import { beginHistory } from './units.js';

/** Brings the trees of the playbooks into the database; what is there keeps its place, names are brought up to date. */
export async function seedTrees(db: CloudDatabase, folder?: string): Promise<void> {
  const trees = await readTreeFiles(folder);
  for (const tree of trees) await db.service.transaction().execute((trx) => seedTree(trx, tree));
}

async function seedTree(trx: CloudTransaction, tree: TreeFile): Promise<void> {
  const name = JSON.stringify(tree.name);
  await trx
    .insertInto('trees')
    .values({ tree_id: tree.id, name, scheme: tree.scheme })
    .onConflict((conflict) => conflict.column('tree_id').doUpdateSet({ name, scheme: tree.scheme }))
    .execute();
  await trx
    .insertInto('units')
    .values(rowsOf(tree))
    .onConflict((conflict) =>
      conflict.column('unit_id').doUpdateSet(({ ref }) => ({ name: ref('excluded.name'), kind: ref('excluded.kind') })),
    )
    .execute();
  await beginHistory(
    trx,
    rowsOf(tree).map(({ unit_id: id }) => id),
  );
}

interface UnitRow {
  readonly unit_id: string;
  readonly tree_id: string;
  readonly parent_id: string | null;
  readonly path: string;
  readonly level: number;
  readonly kind: string;
  readonly name: string;
  readonly codes: string;
  readonly population: null;
}

/** The path of the root is the tree's id; that of every other unit is its parent's path and its own id. */
function rowsOf({ id: tree, scheme, root, units }: TreeFile): UnitRow[] {
  const paths = new Map([[root.id, tree]]);
  const rowOf = (unit: TreeFile['root'], parent: string | null, path: string): UnitRow => ({
    unit_id: unit.id,
    tree_id: tree,
    parent_id: parent,
    path,
    level: unit.level,
    kind: unit.kind,
    name: unit.name,
    codes: JSON.stringify([{ scheme, value: unit.id }]),
    population: null,
  });
  const rows = [rowOf(root, null, tree)];
  for (const { parent, ...unit } of units) {
    const above = paths.get(parent);
    if (above === undefined) throw new Error(`the tree ${tree} names ${parent} before it is there`);
    const path = `${above}/${unit.id}`;
    paths.set(unit.id, path);
    rows.push(rowOf(unit, parent, path));
  }
  return rows;
}
