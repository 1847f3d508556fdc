import type { Incident, Unit } from '../../api/types.js';
import { isWithin } from '../../feed/wall-filter.js';

export interface UnitNode {
  readonly unit: Unit;
  readonly children: UnitNode[];
}

/** The units of one tree as roots with children; a unit whose parent is out of sight becomes a root. */
export function treeOf(units: readonly Unit[]): UnitNode[] {
  const nodes = new Map(units.map((unit) => [unit.id, { unit, children: [] as UnitNode[] }]));
  const roots: UnitNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.unit.parentId === null ? undefined : nodes.get(node.unit.parentId);
    if (parent) parent.children.push(node);
    else roots.push(node);
  }
  return roots;
}

/** Open incidents at or below a unit, as the board knows them now. */
export function openWithin(incidents: Iterable<Incident>, path: string): number {
  let count = 0;
  for (const { unit, state, falseAlarm } of incidents) {
    if (state !== 'closed' && !falseAlarm && isWithin(unit?.path, path)) count += 1;
  }
  return count;
}
