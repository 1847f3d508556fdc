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
  };
}

/** The `d` of an SVG path; holes stay open with the rule evenodd. */
export function pathOf(outline: Outline, { x, y }: MapView): string {
  return outline.map((ring) => `M${ring.map(([lon, lat]) => `${x(lon)} ${y(lat)}`).join('L')}Z`).join('');
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
