import Flatbush from 'flatbush';
import polygonClipping from 'polygon-clipping';
import type { Outline } from '../../schema-units.js';
import { areaOf } from './area.js';

export interface Shape {
  readonly id: string;
  readonly outline: Outline;
}

/** Two outlines and the square metres that they share; null where their lines cannot be compared. */
export interface Overlap {
  readonly ids: readonly [string, string];
  readonly squareMetres: number | null;
}

/** Borders are drawn twice, and never alike: up to 100 m², and up to 1 % of the smaller one, is drawing. */
const DRAWING_M2 = 100;
const DRAWING_SHARE = 0.01;

/** Pairs of shapes that lie on each other. `apart` says which pairs need not be looked at. */
export function overlapsAmong(shapes: readonly Shape[], apart: (a: Shape, b: Shape) => boolean): readonly Overlap[] {
  const index = indexOf(shapes);
  const areas = shapes.map(({ outline }) => areaOf([outline]));
  const found: Overlap[] = [];
  for (const [at, shape] of shapes.entries()) {
    const near = index?.search(...boxOf(shape.outline), (other) => other > at) ?? [];
    for (const other of near) {
      const neighbour = shapes[other];
      if (!neighbour || apart(shape, neighbour)) continue;
      const drawn = drawing(Math.min(areas[at] ?? 0, areas[other] ?? 0));
      if (boxShared(shape.outline, neighbour.outline) <= drawn) continue;
      const shared = sharedBy(shape.outline, neighbour.outline);
      if (shared !== null && shared <= drawn) continue;
      found.push({ ids: [shape.id, neighbour.id], squareMetres: shared === null ? null : Math.round(shared) });
    }
  }
  return found;
}

/** Square metres of `inner` that lie outside of `outer`, 0 where it is drawing; null: they cannot be compared. */
export function outside(inner: Outline, outer: Outline): number | null {
  try {
    const left = areaOf(polygonClipping.difference(inner, outer));
    return left <= drawing(areaOf([inner])) ? 0 : Math.round(left);
  } catch {
    return null;
  }
}

/** West, south, east, north. */
export function boxOf(outline: Outline): [number, number, number, number] {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const [lon, lat] of outline[0] ?? []) {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  }
  return box;
}

export function indexOf(shapes: readonly Shape[]): Flatbush | undefined {
  if (shapes.length === 0) return undefined;
  const index = new Flatbush(shapes.length);
  for (const { outline } of shapes) index.add(...boxOf(outline));
  index.finish();
  return index;
}

/** Square metres that the boxes around two outlines share: no more can the outlines. */
function boxShared(a: Outline, b: Outline): number {
  const [west, south, east, north] = boxOf(a);
  const [west2, south2, east2, north2] = boxOf(b);
  const [left, right] = [Math.max(west, west2), Math.min(east, east2)];
  const [low, high] = [Math.max(south, south2), Math.min(north, north2)];
  if (left >= right || low >= high) return 0;
  return areaOf([
    [
      [
        [left, low],
        [right, low],
        [right, high],
        [left, high],
        [left, low],
      ],
    ],
  ]);
}

function drawing(area: number): number {
  return Math.min(DRAWING_M2, area * DRAWING_SHARE);
}

function sharedBy(a: Outline, b: Outline): number | null {
  try {
    return areaOf(polygonClipping.intersection(a, b));
  } catch {
    return null;
  }
}
