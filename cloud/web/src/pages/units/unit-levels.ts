import type { TreeLevel, Unit, UnitTree } from '../../api/types.js';

type Above = Pick<Unit, 'level'>;

export const levelAt = ({ levels }: Pick<UnitTree, 'levels'>, level: number): TreeLevel | undefined =>
  levels.find((one) => one.level === level);

/** Kinds of unit that may stand below another: of the nearest level first; those in use where no playbook names any. */
export function kindsBelow({ levels, units }: Pick<UnitTree, 'levels' | 'units'>, { level }: Above): readonly string[] {
  const below = levels.filter((one) => one.level > level).sort((a, b) => a.level - b.level);
  const known = below.length > 0 ? below.flatMap(({ kinds }) => kinds) : units.map(({ kind }) => kind);
  return [...new Set(known)];
}

/** The level on which a kind stands below another unit; undefined where the playbook does not say: the next one. */
export function levelOfKind({ levels }: Pick<UnitTree, 'levels'>, above: Above, kind: string): number | undefined {
  return levels.find((one) => one.level > above.level && one.kinds.includes(kind))?.level;
}
