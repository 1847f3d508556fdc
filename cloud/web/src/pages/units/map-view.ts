import type { Outline } from '../../api/unit-types.js';

export interface Bounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** A picture of a piece of land: north is up, and a metre is as wide as it is high. */
export interface MapView {
  readonly width: number;
  readonly height: number;
  readonly x: (lon: number) => number;
  readonly y: (lat: number) => number;
  /** What lies at a point of the picture, to a tenth of a metre. */
  readonly at: (x: number, y: number) => { readonly lon: number; readonly lat: number };
}

const WIDTH = 1000;
const MARGIN = 20;
const LEAST_DEGREES = 0.002;

/** undefined where there is nothing to show. */
export function boundsOf(
  outlines: readonly Outline[],
  points: readonly { lon: number; lat: number }[],
): Bounds | undefined {
  let bounds: Bounds | undefined;
  const take = (lon: number, lat: number): void => {
    const { west, south, east, north } = bounds ?? { west: lon, south: lat, east: lon, north: lat };
    bounds = {
      west: Math.min(west, lon),
      south: Math.min(south, lat),
      east: Math.max(east, lon),
      north: Math.max(north, lat),
    };
  };
  for (const [ring = []] of outlines) for (const [lon, lat] of ring) take(lon, lat);
  for (const { lon, lat } of points) take(lon, lat);
  return bounds;
}

export function viewOf({ west, south, east, north }: Bounds): MapView {
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const across = Math.max((east - west) * shrink, LEAST_DEGREES);
  const high = Math.max(north - south, LEAST_DEGREES);
  const scale = (WIDTH - 2 * MARGIN) / Math.max(across, high);
  const middle = (west + east) / 2;
  const centre = (south + north) / 2;
  const [width, height] = [across * scale + 2 * MARGIN, high * scale + 2 * MARGIN];
  return {
    width: tenths(width),
    height: tenths(height),
    x: (lon) => tenths(width / 2 + (lon - middle) * shrink * scale),
    y: (lat) => tenths(height / 2 - (lat - centre) * scale),
    at: (x, y) => ({
      lon: millionths(middle + (x - width / 2) / (shrink * scale)),
      lat: millionths(centre - (y - height / 2) / scale),
    }),
  };
}

/** The `d` of an SVG path; holes stay open with the rule evenodd. */
export function pathOf(outline: Outline, { x, y }: MapView): string {
  return outline.map((ring) => `M${ring.map(([lon, lat]) => `${x(lon)} ${y(lat)}`).join('L')}Z`).join('');
}

/** The middle of what an outline spans: where its name is written. */
export function centreOf(outline: Outline): { readonly lon: number; readonly lat: number } {
  const { west, south, east, north } = boundsOf([outline], []) ?? { west: 0, south: 0, east: 0, north: 0 };
  return { lon: (west + east) / 2, lat: (south + north) / 2 };
}

/** Whether a position lies inside an outline; a hole is outside. */
export function isInside(outline: Outline, { lon, lat }: { readonly lon: number; readonly lat: number }): boolean {
  let inside = false;
  for (const ring of outline) {
    for (const [index, [east, north]] of ring.entries()) {
      const [before, under] = ring[(index || ring.length) - 1] ?? [east, north];
      const crosses = north > lat !== under > lat;
      if (crosses && lon < ((before - east) * (lat - north)) / (under - north) + east) inside = !inside;
    }
  }
  return inside;
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
const millionths = (value: number): number => Math.round(value * 1e6) / 1e6;
