import type { Outline, SourceCrs, UnitForm } from '../schema-units.js';

export interface UnitCode {
  readonly scheme: string;
  readonly value: string;
  /** Of a unit that was merged into this one: since when (ISO 8601). It still finds this one, which has others now. */
  readonly formerSince?: string;
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

/** Units by their codes in their one spelling. What one is numbered by comes before what another was. */
export function unitsByCode<Unit extends Pick<TreeUnit, 'codes'>>(units: readonly Unit[]): Map<string, Unit> {
  const all = units.flatMap((unit) => unit.codes.map((code) => ({ unit, code })));
  const found = new Map<string, Unit>();
  for (const { unit, code } of all) if (code.formerSince !== undefined) found.set(code.value, unit);
  for (const { unit, code } of all) if (code.formerSince === undefined) found.set(code.value, unit);
  return found;
}

/** Units by what they are found by: id, else one of their codes. */
export function unitsByName(units: readonly TreeUnit[]): ReadonlyMap<string, TreeUnit> {
  const found = unitsByCode(units);
  for (const unit of units) found.set(unit.id, unit);
  return found;
}

/** The code by which the unit is found, where it is another unit's that was merged into it. */
export function formerCode({ id, codes }: Pick<TreeUnit, 'id' | 'codes'>, name: string): UnitCode | undefined {
  return id === name ? undefined : codes.find(({ value, formerSince }) => value === name && formerSince !== undefined);
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
