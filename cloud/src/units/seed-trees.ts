import type { CloudDatabase, CloudTransaction } from '../database.js';
import { readTreeFiles, type TreeFile } from './tree-file.js';
import { beginHistory } from './units.js';

/**
 * Brings the trees of the playbooks into the database, each once: from then on it is what people make of it, and what is
 * new in its file comes in by an import.
 */
export async function seedTrees(db: CloudDatabase, folder?: string): Promise<void> {
  const trees = await readTreeFiles(folder);
  for (const tree of trees) await db.service.transaction().execute((trx) => seedTree(trx, tree));
}

async function seedTree(trx: CloudTransaction, tree: TreeFile): Promise<void> {
  const { id, scheme } = tree;
  const made = await trx
    .insertInto('trees')
    .values({ tree_id: id, name: JSON.stringify(tree.name), scheme })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((made.numInsertedOrUpdatedRows ?? 0n) === 0n) return;
  const rows = rowsOf(tree);
  await trx.insertInto('units').values(rows).execute();
  await beginHistory(
    trx,
    rows.map(({ unit_id: unit }) => unit),
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
