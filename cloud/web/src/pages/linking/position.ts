import type { Position } from '../../api/types.js';
import type { Crs } from '../../api/unit-types.js';

/** As two fields hold it. */
export interface PositionDraft {
  lon: string;
  lat: string;
  crs: Crs;
}

export const systems: readonly Crs[] = ['wgs84', 'gcj02', 'bd09'];

export const blankPosition = (position?: Position | null): PositionDraft => ({
  lon: position ? String(position.lon) : '',
  lat: position ? String(position.lat) : '',
  crs: 'wgs84',
});

export type PositionFault = 'half' | 'number' | 'swapped' | 'world';

/** What is wrong with it; undefined also where nothing is typed. */
export function positionFault({ lon, lat }: PositionDraft): PositionFault | undefined {
  const typed = [lon, lat].filter((one) => one.trim() !== '').length;
  if (typed < 2) return typed === 1 ? 'half' : undefined;
  const [east, north] = [Number(lon), Number(lat)];
  if (Number.isNaN(east) || Number.isNaN(north)) return 'number';
  if (Math.abs(north) > 90 && Math.abs(north) <= 180 && Math.abs(east) <= 90) return 'swapped';
  return Math.abs(east) <= 180 && Math.abs(north) <= 90 ? undefined : 'world';
}

/** undefined while it is none. */
export function positionOf(draft: PositionDraft): (Position & { readonly crs: Crs }) | undefined {
  if (draft.lon.trim() === '' || positionFault(draft) !== undefined) return undefined;
  return { lon: Number(draft.lon), lat: Number(draft.lat), crs: draft.crs };
}
