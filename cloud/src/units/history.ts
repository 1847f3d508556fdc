import { AnGridError } from '@angrid/contract';
import polygonClipping from 'polygon-clipping';
import type { Outline } from '../schema-units.js';
import { checkShapes } from './invariants.js';
import { refusal } from './refusal.js';
import {
  type Handing,
  pathChanges,
  type PlaceRef,
  subtreeOf,
  type Tree,
  type TreeChange,
  type TreeUnit,
  type UnitCode,
} from './tree.js';

/** Puts a unit with all that is below it under another one. Pure; throws subject.not-found and units.refused. */
export function moveUnit(tree: Tree, id: string, parent: string): TreeChange {
  const unit = found(tree, id);
  const above = found(tree, parent);
  if (unit.parentId === null) throw refused(unit, 'the root stays where it is');
  if (above.path === unit.path || above.path.startsWith(`${unit.path}/`)) throw refused(unit, 'below itself');
  const moved = movedBelow(tree.units, unit, above);
  const after = replaced(tree.units, moved);
  requireShapes(after, [id]);
  return {
    tree: tree.id,
    put: moved.map((each) => ({ unit: each, change: 'move' as const })),
    ended: [],
    paths: pathChanges(tree.units, after),
    handed: [],
  };
}

/**
 * Makes `id` part of `into`, which takes over what is below it, its places, its people and its open work, and is found
 * by its codes from now on, too.
 */
export function mergeUnit(tree: Tree, { id, into }: Merging, now: Date): TreeChange {
  const unit = found(tree, id);
  const target = found(tree, into);
  if (unit.parentId === null) throw refused(unit, 'the root stays');
  if (target.path === unit.path || target.path.startsWith(`${unit.path}/`)) throw refused(unit, 'into itself');
  const children = tree.units.filter(({ parentId }) => parentId === id);
  const moved = children.flatMap((child) => movedBelow(tree.units, child, target));
  const merged: TreeUnit = {
    ...target,
    codes: [...target.codes, ...formerCodes(unit, target, now)],
    population: sum(target.population, unit.population),
    outline: joined(target, unit),
    outlineSource: target.outlineSource ?? unit.outlineSource,
  };
  const after = replaced(tree.units, [...moved, merged]).filter((each) => each.id !== id);
  requireShapes(after, [into]);
  return {
    tree: tree.id,
    put: [
      { unit: merged, change: 'merge', others: [id] },
      ...moved.map((each) => ({ unit: each, change: 'move' as const })),
    ],
    ended: [{ id, change: 'merge', others: [into] }],
    paths: [...pathChanges(tree.units, after), { from: unit.path, to: [target.path] }],
    handed: [{ from: id, to: into, places: null }],
  };
}

export interface Merging {
  readonly id: string;
  readonly into: string;
}

function formerCodes({ codes }: TreeUnit, target: TreeUnit, now: Date): readonly UnitCode[] {
  return codes
    .filter(({ scheme, value }) => !target.codes.some((own) => own.scheme === scheme && own.value === value))
    .map((code) => ({ formerSince: now.toISOString(), ...code }));
}

export interface Part {
  readonly id: string;
  readonly name: string;
  readonly population: number | null;
  readonly outline: Outline | null;
  /** Units below that go with it. */
  readonly children: readonly string[];
  readonly places: readonly PlaceRef[];
}

/** Makes several units of one. Each place and each unit below must go with exactly one part. */
export function splitUnit(tree: Tree, id: string, parts: readonly Part[], places: readonly PlaceRef[]): TreeChange {
  const unit = found(tree, id);
  if (unit.parentId === null) throw refused(unit, 'the root stays whole');
  if (parts.length < 2) throw refused(unit, 'two parts at least');
  const above = found(tree, unit.parentId);
  const children = tree.units.filter(({ parentId }) => parentId === id).map((child) => child.id);
  requireDivision(
    unit,
    'unit',
    children,
    parts.flatMap((part) => part.children),
  );
  requireDivision(
    unit,
    'place',
    places.map(nameOf),
    parts.flatMap((part) => part.places.map(nameOf)),
  );
  const made = parts.map((part) => partOf(unit, above, part));
  const moved = parts.flatMap((part, at) =>
    part.children.flatMap((child) => movedBelow(tree.units, found(tree, child), made[at] ?? above)),
  );
  const after = [...replaced(tree.units, moved).filter((each) => each.id !== id), ...made];
  requireShapes(
    after,
    made.map((each) => each.id),
  );
  const handed: Handing[] = parts.map((part) => ({ from: id, to: part.id, places: part.places }));
  return {
    tree: tree.id,
    put: [
      ...made.map((each) => ({ unit: each, change: 'split' as const, others: [id] })),
      ...moved.map((each) => ({ unit: each, change: 'move' as const })),
    ],
    ended: [{ id, change: 'split', others: made.map((each) => each.id) }],
    paths: [...pathChanges(tree.units, after), { from: unit.path, to: made.map(({ path }) => path) }],
    handed,
  };
}

function partOf(unit: TreeUnit, above: TreeUnit, { id, name, population, outline }: Part): TreeUnit {
  return {
    ...unit,
    id,
    name,
    population,
    outline,
    outlineSource: outline ? (unit.outlineSource ?? 'wgs84') : null,
    path: `${above.path}/${id}`,
    codes: [],
  };
}

/** The unit and all below it as they are under another parent; levels keep their distance. */
function movedBelow(units: readonly TreeUnit[], unit: TreeUnit, above: TreeUnit): readonly TreeUnit[] {
  const deeper = above.level + 1 - unit.level;
  const path = `${above.path}/${unit.id}`;
  return subtreeOf(units, unit).map((each) => ({
    ...each,
    level: each.level + deeper,
    path: `${path}${each.path.slice(unit.path.length)}`,
    parentId: each.id === unit.id ? above.id : each.parentId,
  }));
}

function replaced(units: readonly TreeUnit[], by: readonly TreeUnit[]): readonly TreeUnit[] {
  const changed = new Map(by.map((unit) => [unit.id, unit]));
  return units.map((unit) => changed.get(unit.id) ?? unit);
}

function joined({ name, outline }: TreeUnit, other: TreeUnit): Outline | null {
  if (!outline || !other.outline) return outline;
  const [whole, ...pieces] = polygonClipping.union(outline, other.outline);
  if (whole && pieces.length === 0) return whole;
  throw refusal('units.merge', [name, other.name], 'they do not touch, the unit would be in two pieces');
}

function requireShapes(after: readonly TreeUnit[], ids: readonly string[]): void {
  const [first] = checkShapes(after).filter(({ units }) => units.some((id) => ids.includes(id)));
  if (!first) return;
  const names = first.units.map((id) => after.find((unit) => unit.id === id)?.name ?? id);
  throw refusal('units.change', names, `${first.rule}, ${first.squareMetres ?? '?'} m²`);
}

function requireDivision(unit: TreeUnit, what: string, all: readonly string[], given: readonly string[]): void {
  const missing = all.filter((one) => !given.includes(one));
  const twice = given.filter((one, at) => given.indexOf(one) !== at);
  const foreign = given.filter((one) => !all.includes(one));
  const faults = [
    ...missing.map((one) => `${one} goes with no part`),
    ...twice.map((one) => `${one} goes with two parts`),
    ...foreign.map((one) => `${one} is no ${what} of it`),
  ];
  if (faults.length > 0) throw refused(unit, faults.slice(0, 8).join('; '));
}

const nameOf = ({ compound, place }: PlaceRef): string => `${compound}/${place}`;
const sum = (a: number | null, b: number | null): number | null =>
  a === null && b === null ? null : (a ?? 0) + (b ?? 0);

function found(tree: Tree, id: string): TreeUnit {
  const unit = tree.units.find((each) => each.id === id);
  if (unit) return unit;
  throw new AnGridError('subject.not-found', { op: 'units.change', subject: id });
}

function refused({ name }: TreeUnit, detail: string): AnGridError {
  return refusal('units.change', [name], detail);
}
