/** A position as a person types it; undefined while it is none. */
export function positionOf(lon: string, lat: string): { readonly lon: number; readonly lat: number } | undefined {
  const [east, north] = [Number(lon), Number(lat)];
  if (lon.trim() === '' || lat.trim() === '') return undefined;
  return Math.abs(east) <= 180 && Math.abs(north) <= 90 ? { lon: east, lat: north } : undefined;
}
