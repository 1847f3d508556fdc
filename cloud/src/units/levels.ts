import type { Governance } from '../playbooks/governance.js';
import type { Playbook } from '../playbooks/playbook.js';
import type { TreePurpose } from '../schema-units.js';

/** A level of a tree: its name, the kinds of unit on it, and how many residents are too many for each. */
export type TreeLevel = Playbook['trees'][number]['levels'][number];

type Playbooks = Pick<Governance, 'playbooks' | 'standard'>;

/**
 * The levels of a tree, as the playbook that describes it says; a grid that none describes goes by the standard one.
 * None where nobody says.
 */
export function levelsOf(
  { playbooks, standard }: Playbooks,
  { id, purpose }: { readonly id: string; readonly purpose: TreePurpose },
): readonly TreeLevel[] {
  const ordinary = playbooks.get(standard);
  const trees = [...(ordinary ? [ordinary] : []), ...playbooks.values()].flatMap((playbook) => playbook.trees);
  const own = trees.find((tree) => tree.id === id);
  if (own) return own.levels;
  return purpose === 'grid' ? (ordinary?.trees[0]?.levels ?? []) : [];
}
