/** What a place or a device says of itself. */
export interface Subject {
  readonly lon: number | null;
  readonly lat: number | null;
  /** Of a device: the grid code in its own register. */
  readonly gridCode: string | null;
}

export interface Finder {
  readonly byCode: (code: string) => string | undefined;
  readonly byPosition: (lon: number, lat: number) => string | undefined;
}

export interface Found {
  readonly unit: string;
  readonly by: 'registry' | 'geometry';
}

/** The register says it outright; the position shows it. Neither: it stays in the list of what is unlinked. */
export function decideUnit({ lon, lat, gridCode }: Subject, { byCode, byPosition }: Finder): Found | undefined {
  const named = gridCode === null ? undefined : byCode(gridCode);
  if (named !== undefined) return { unit: named, by: 'registry' };
  const around = lon === null || lat === null ? undefined : byPosition(lon, lat);
  return around === undefined ? undefined : { unit: around, by: 'geometry' };
}
