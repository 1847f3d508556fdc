import { AnGridError } from '@angrid/contract';
import { playbooksFolder, readPlaybooks } from '../playbooks/library.js';
import type { ImportContext } from './import/plan-import.js';

/** The residents beyond which a unit is too large, as a playbook says by level and kind. Throws subject.not-found. */
export async function normOf(playbook: string | undefined): Promise<ImportContext['norm']> {
  if (playbook === undefined) return () => undefined;
  const found = (await readPlaybooks([playbooksFolder])).get(playbook);
  if (!found) throw new AnGridError('subject.not-found', { op: 'units.norms', subject: playbook });
  const levels = found.trees.flatMap((tree) => tree.levels);
  return (level, kind) => levels.find((one) => one.level === level && one.norms[kind] !== undefined)?.norms[kind];
}
