import type { TreeUnit } from '../src/units/tree.js';

const COUNTIES = 9;
const STREETS = 150;
const VILLAGES = 3300;
const SIDE = 0.02;

/** A prefecture under Jinhua's prefix: counties, streets and villages with codes of the scheme; names are generated. */
export interface GeneratedRow {
  readonly code: string;
  readonly name: string;
  readonly kind: 'county' | 'town' | 'village';
  /** West and south of its square; villages lie side by side in their street. */
  readonly corner: readonly [number, number];
  readonly population: number;
}

export function generatedVillages(villages = VILLAGES): readonly GeneratedRow[] {
  const counties = Array.from({ length: COUNTIES }, (_, at) => countyCode(at));
  const rows: GeneratedRow[] = counties.map((code, at) => ({
    code,
    name: `县${at + 1}`,
    kind: 'county',
    corner: [118, 28],
    population: 0,
  }));
  for (let at = 0; at < STREETS; at += 1) {
    const code = `${counties[at % COUNTIES]}${String(101 + Math.floor(at / COUNTIES)).padStart(3, '0')}`;
    rows.push({ code, name: `镇${at + 1}`, kind: 'town', corner: cornerOf(at, 0), population: 0 });
  }
  const streets = rows.filter(({ kind }) => kind === 'town');
  for (let at = 0; at < villages; at += 1) {
    const street = at % STREETS;
    const number = Math.floor(at / STREETS);
    const code = `${streets[street]?.code ?? ''}${String(200 + number)}`;
    rows.push({
      code,
      name: `村${at + 1}`,
      kind: 'village',
      corner: cornerOf(street, number),
      population: 600 + ((at * 37) % 5000),
    });
  }
  return rows;
}

export function asCsv(rows: readonly GeneratedRow[]): string {
  const lines = rows.map(({ code, name, kind, population }) => [code, name, kind, population || ''].join(','));
  return ['代码,名称,类型,人口', ...lines].join('\r\n');
}

/** Villages as polygons of `points` a side. */
export function asGeoJson(rows: readonly GeneratedRow[], points = 8): string {
  const features = rows.map(({ code, name, kind, population, corner }) => ({
    type: 'Feature',
    properties: { code, name, kind, population },
    geometry: kind === 'village' ? { type: 'Polygon', coordinates: [squareAt(corner, points)] } : null,
  }));
  return JSON.stringify({ type: 'FeatureCollection', features });
}

export function squareAt([west, south]: readonly [number, number], points = 1): [number, number][] {
  const corners = [
    [west, south],
    [west + SIDE, south],
    [west + SIDE, south + SIDE],
    [west, south + SIDE],
    [west, south],
  ] as const;
  const ring: [number, number][] = [];
  for (const [at, [lon, lat]] of corners.slice(0, 4).entries()) {
    const [nextLon, nextLat] = corners[at + 1] ?? [lon, lat];
    for (let step = 0; step < points; step += 1)
      ring.push([round(lon + ((nextLon - lon) * step) / points), round(lat + ((nextLat - lat) * step) / points)]);
  }
  return [...ring, [west, south]];
}

/** A unit of a tree with the facts that a test does not name. */
export function treeUnit(id: string, parent: TreeUnit | null, facts: Partial<TreeUnit> = {}): TreeUnit {
  return {
    id,
    parentId: parent?.id ?? null,
    path: parent ? `${parent.path}/${id}` : 'tree',
    level: parent ? parent.level + 1 : 0,
    kind: 'grid',
    name: id,
    codes: [],
    population: null,
    form: 'place',
    outline: null,
    outlineSource: null,
    ...facts,
  };
}

const countyCode = (at: number): string => `3307${String(at + 2).padStart(2, '0')}`;
const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;

function cornerOf(street: number, number: number): readonly [number, number] {
  const east = (street % 15) * 6 + (number % 5);
  const north = Math.floor(street / 15) * 6 + Math.floor(number / 5);
  return [round(118 + east * SIDE), round(28 + north * SIDE)];
}
