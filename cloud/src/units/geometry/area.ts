import type { Outline } from '../../schema-units.js';

const METRES_A_DEGREE = 111_195;

/** Square metres of polygons, on a plane that touches at their first point: within 1 % for what a grid unit measures. */
export function areaOf(polygons: readonly Outline[]): number {
  let sum = 0;
  for (const rings of polygons) {
    for (const [index, ring] of rings.entries()) sum += (index === 0 ? 1 : -1) * ringArea(ring);
  }
  return sum;
}

function ringArea(ring: Outline[number]): number {
  const [origin] = ring;
  if (!origin) return 0;
  const [lon0, lat0] = origin;
  let twice = 0;
  for (const [index, [lon, lat]] of ring.entries()) {
    const [lonNext, latNext] = ring[(index + 1) % ring.length] ?? origin;
    twice += (lon - lon0) * (latNext - lat0) - (lonNext - lon0) * (lat - lat0);
  }
  return (Math.abs(twice) / 2) * METRES_A_DEGREE ** 2 * Math.cos((lat0 * Math.PI) / 180);
}
