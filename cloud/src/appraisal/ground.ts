import { AnGridError, type Localized } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { Playbook } from '../playbooks/playbook.js';
import type { CompoundPath } from './report-rows.js';

export interface UnitRow {
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly level: number;
}

export interface TreeRow {
  readonly id: string;
  readonly name: Localized;
}

/** The units by which a report counts: of one tree, and only those in or below which its compounds lie. */
export interface Ground {
  /** Null: the compounds lie in no unit. */
  readonly tree: string | null;
  /** Those to choose from, the one that is meant where none is named first. */
  readonly trees: readonly TreeRow[];
  /** The highest first. */
  readonly units: readonly UnitRow[];
}

/** Within the units of the caller. Throws input.invalid where the tree is none of those in which the compounds lie. */
export async function groundOf(
  trx: CloudTransaction,
  compounds: readonly CompoundPath[],
  { playbook, tree: wanted }: { readonly playbook: Playbook; readonly tree: string | undefined },
): Promise<Ground> {
  const paths = compounds.flatMap(({ path }) => (path === null ? [] : [path]));
  const trees = await treesOf(trx, paths, playbook);
  const tree = wanted === undefined ? trees[0] : trees.find(({ id }) => id === wanted);
  if (!tree) {
    if (wanted === undefined) return { tree: null, trees, units: [] };
    throw new AnGridError('input.invalid', { op: 'appraisal.tree', subject: wanted });
  }
  const holding = new Set(paths.flatMap(upwards));
  const units = await unitsOf(trx, tree.id);
  return { tree: tree.id, trees, units: units.filter(({ path }) => holding.has(path)) };
}

/** A path begins with the id of its tree. Trees that the playbook names come first, then those by which places are linked. */
async function treesOf(
  trx: CloudTransaction,
  paths: readonly string[],
  { trees: named }: Playbook,
): Promise<readonly TreeRow[]> {
  const ids = [...new Set(paths.map((path) => path.split('/')[0] ?? path))];
  const { rows } = await sql<TreeRow>`
    select tree_id as id, name from trees where tree_id = any (${ids}::text[])
    order by tree_id = any (${named.map(({ id }) => id)}::text[]) desc, precedence, tree_id`.execute(trx);
  return rows;
}

async function unitsOf(trx: CloudTransaction, tree: string): Promise<readonly UnitRow[]> {
  const { rows } = await sql<UnitRow>`
    select path, name, kind, level from units
    where tree_id = ${tree} and ended_at is null and angrid_unit_in_scope(path) order by level, path`.execute(trx);
  return rows;
}

/** `a/b/c`: a/b/c, a/b, a. */
function upwards(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}
