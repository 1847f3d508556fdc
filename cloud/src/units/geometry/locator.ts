import pointInPolygon from 'point-in-polygon-hao';
import { indexOf, type Shape } from './overlaps.js';

export interface LevelShape extends Shape {
  readonly level: number;
}

/** Finds the lowest unit whose outline holds a point; on a border, the first by id of those that share it. */
export function locator(shapes: readonly LevelShape[]): (lon: number, lat: number) => string | undefined {
  const index = indexOf(shapes);
  return (lon, lat) => {
    let best: LevelShape | undefined;
    for (const at of index?.search(lon, lat, lon, lat) ?? []) {
      const shape = shapes[at];
      if (!shape || pointInPolygon([lon, lat], shape.outline) === false) continue;
      if (!best || shape.level > best.level || (shape.level === best.level && shape.id < best.id)) best = shape;
    }
    return best?.id;
  };
}
