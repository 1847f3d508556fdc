import type { Outline } from '../schema-units.js';
import { outside, overlapsAmong } from './geometry/overlaps.js';

export interface ShapedUnit {
  readonly id: string;
  readonly parentId: string | null;
  readonly path: string;
  readonly level: number;
  readonly outline: Outline | null;
}

/** What breaks "never split, never overlapping", and which units do. squareMetres null: the lines cannot be compared. */
export interface Violation {
  readonly rule: 'outside-parent' | 'overlap' | 'compound-across';
  readonly units: readonly string[];
  readonly squareMetres?: number | null;
  readonly compound?: string;
}

/** A unit lies within its parent, and on no other of its level. Parents without an outline bound nothing. */
export function checkShapes(units: readonly ShapedUnit[]): readonly Violation[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const violations: Violation[] = [];
  for (const { id, parentId, outline } of units) {
    const above = parentId === null ? undefined : byId.get(parentId);
    if (!outline || !above?.outline) continue;
    const squareMetres = outside(outline, above.outline);
    if (squareMetres !== 0) violations.push({ rule: 'outside-parent', units: [id, above.id], squareMetres });
  }
  const shaped = units.flatMap(({ outline, ...unit }) => (outline ? [{ ...unit, outline }] : []));
  const levels = new Map(shaped.map(({ id, level }) => [id, level]));
  for (const { ids, squareMetres } of overlapsAmong(shaped, (a, b) => levels.get(a.id) !== levels.get(b.id)))
    violations.push({ rule: 'overlap', units: ids, squareMetres });
  return violations;
}

/** A place of a compound and the path of the unit that is responsible for it, in one tree. */
export interface Placement {
  readonly compound: string;
  readonly path: string;
}

/** Compounds that lie across units of the level at which they must be whole. */
export function checkCompounds(
  units: readonly Pick<ShapedUnit, 'id' | 'path' | 'level'>[],
  placements: readonly Placement[],
  wholeLevel: number,
): readonly Violation[] {
  const bounds = new Map(units.filter(({ level }) => level === wholeLevel).map(({ path, id }) => [path, id]));
  const found = new Map<string, Set<string>>();
  for (const { compound, path } of placements) {
    const bound = waysTo(path).find((way) => bounds.has(way));
    if (bound === undefined) continue;
    const seen = found.get(compound) ?? new Set();
    found.set(compound, seen.add(bounds.get(bound) ?? ''));
  }
  const across = [...found].filter(([, ids]) => ids.size > 1);
  return across.map(([compound, ids]) => ({ rule: 'compound-across', compound, units: [...ids].sort() }));
}

function waysTo(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
