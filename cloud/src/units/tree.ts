import type { Outline, SourceCrs, UnitForm } from '../schema-units.js';

export interface UnitCode {
  readonly scheme: string;
  readonly value: string;
}

/** A unit as it is now. */
export interface TreeUnit {
  readonly id: string;
  readonly parentId: string | null;
  /** Ids from the tree's own down to the unit's, joined by '/'. */
  readonly path: string;
  readonly level: number;
  readonly kind: string;
  readonly name: string;
  readonly codes: readonly UnitCode[];
  readonly population: number | null;
  readonly form: UnitForm;
  readonly outline: Outline | null;
  readonly outlineSource: SourceCrs | null;
}

export interface Tree {
  readonly id: string;
  readonly scheme: string;
  readonly wholeLevel: number | null;
  readonly units: readonly TreeUnit[];
}

export type ChangeKind = 'create' | 'change' | 'move' | 'merge' | 'split';

/** What becomes of a tree: written as it stands, in one transaction. */
export interface TreeChange {
  readonly tree: string;
  /** Units as they are from now on; `others` are those that it was made of. */
  readonly put: readonly {
    readonly unit: TreeUnit;
    readonly change: ChangeKind;
    readonly others?: readonly string[];
  }[];
  /** Units that are no more; `others` are those that stand in their place. */
  readonly ended: readonly {
    readonly id: string;
    readonly change: 'merge' | 'split' | 'end';
    readonly others: readonly string[];
  }[];
  /** Paths that lead elsewhere now: open work and those who answer for it follow. */
  readonly paths: readonly PathChange[];
  /** Places and members whose responsible unit changes. */
  readonly handed: readonly Handing[];
}

export interface PathChange {
  readonly from: string;
  readonly to: readonly string[];
}

export interface Handing {
  readonly from: string;
  readonly to: string;
  /** null: every place and member. */
  readonly places: readonly PlaceRef[] | null;
}

export interface PlaceRef {
  readonly compound: string;
  readonly place: string;
}

/** Units by what they are found by: id, or one of their codes in its one spelling. */
export function unitsByName(units: readonly TreeUnit[]): ReadonlyMap<string, TreeUnit> {
  const found = new Map<string, TreeUnit>();
  for (const unit of units) for (const { value } of unit.codes) found.set(value, unit);
  for (const unit of units) found.set(unit.id, unit);
  return found;
}

/** The unit itself and all below it. */
export function subtreeOf(units: readonly TreeUnit[], { path }: Pick<TreeUnit, 'path'>): readonly TreeUnit[] {
  return units.filter((unit) => unit.path === path || unit.path.startsWith(`${path}/`));
}

/** What has another path than before, and is still there. */
export function pathChanges(before: readonly TreeUnit[], after: readonly TreeUnit[]): readonly PathChange[] {
  const now = new Map(after.map(({ id, path }) => [id, path]));
  return before.flatMap(({ id, path: from }) => {
    const to = now.get(id);
    return to === undefined || to === from ? [] : [{ from, to: [to] }];
  });
}
