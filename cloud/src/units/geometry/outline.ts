import polygonClipping from 'polygon-clipping';
import { z } from 'zod';
import type { Outline, SourceCrs } from '../../schema-units.js';
import { gcoord } from './gcoord.js';

export type OutlineFault = 'not-a-polygon' | 'not-one-piece' | 'too-many-points' | 'outside-the-world';

export const MOST_POINTS = 5000;

const positionSchema = z.array(z.number()).min(2).max(4);
const ringSchema = z.array(positionSchema).min(4);
const geometrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: z.array(ringSchema).min(1) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(ringSchema).min(1)).min(1) }),
]);

/** The outline of a unit from the geometry of a GeoJSON feature, in WGS 84. A unit is one piece. */
export function readOutline(geometry: unknown, crs: SourceCrs): Outline | OutlineFault {
  const parsed = geometrySchema.safeParse(geometry).data;
  if (!parsed) return 'not-a-polygon';
  const pieces = parsed.type === 'Polygon' ? [parsed.coordinates] : parsed.coordinates;
  const [piece] = pieces;
  if (!piece || pieces.length > 1) return 'not-one-piece';
  if (piece.reduce((sum, ring) => sum + ring.length, 0) > MOST_POINTS) return 'too-many-points';
  const outline = piece.map((ring) => ring.map(([lon = NaN, lat = NaN]) => toWgs84([lon, lat], crs)));
  if (!outline.every((ring) => ring.every(isInWorld))) return 'outside-the-world';
  return isOnePiece(outline) ? outline : 'not-one-piece';
}

/** GCJ-02 and BD-09 are what Chinese maps draw in; centimetres are kept. */
export function toWgs84([lon, lat]: [number, number], crs: SourceCrs): [number, number] {
  switch (crs) {
    case 'wgs84':
      return [lon, lat];
    case 'gcj02':
      return rounded(gcoord.transform([lon, lat], gcoord.GCJ02, gcoord.WGS84));
    case 'bd09':
      return rounded(gcoord.transform([lon, lat], gcoord.BD09, gcoord.WGS84));
  }
}

const rounded = ([lon = NaN, lat = NaN]: readonly number[]): [number, number] => [round(lon), round(lat)];
const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;
const isInWorld = ([lon, lat]: [number, number]): boolean => Math.abs(lon) <= 180 && Math.abs(lat) <= 90;

/** A line that crosses itself makes two pieces of one. */
function isOnePiece(outline: Outline): boolean {
  try {
    return polygonClipping.union(outline).length === 1;
  } catch {
    return false;
  }
}
