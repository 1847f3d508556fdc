import { AnGridError } from '@angrid/contract';
import type { Playbook } from '../playbooks/playbook.js';
import type { ImportContext } from './import/plan-import.js';
import type { TreeLevel } from './levels.js';

type Playbooks = ReadonlyMap<string, Pick<Playbook, 'trees'>>;

/** The residents beyond which a unit is too large, as a playbook says by level and kind. Throws subject.not-found. */
export function normOf(playbooks: Playbooks, playbook: string): ImportContext['norm'] {
  const found = playbooks.get(playbook);
  if (!found) throw new AnGridError('subject.not-found', { op: 'units.norms', subject: playbook });
  return normIn(found.trees.flatMap((tree) => tree.levels));
}

/** As the levels of one tree say. */
export function normIn(levels: readonly TreeLevel[]): ImportContext['norm'] {
  return (level, kind) => levels.find((one) => one.level === level && one.norms[kind] !== undefined)?.norms[kind];
}
