import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { deviceInScope, whereabouts } from '../console/whereabouts.js';
import { unitOfPlace } from '../linking/places.js';
import type { Outline } from '../schema-units.js';

export interface MapUnit {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly outline: Outline;
  readonly open: number;
}

export interface MapPoint {
  readonly compound: string;
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly lon: number;
  readonly lat: number;
}

/** What a map of one unit shows: its own outline, those one level below, and what stands in it. */
export interface UnitMap {
  readonly unit: {
    readonly id: string;
    readonly path: string;
    readonly name: string;
    readonly parentId: string | null;
    readonly outline: Outline | null;
  };
  readonly below: readonly MapUnit[];
  readonly places: readonly MapPoint[];
  readonly devices: readonly (MapPoint & { readonly state: string })[];
}

const MOST_POINTS = 5000;

/** Throws subject.not-found. Places and devices of the scope only; outlines are public knowledge of the platform. */
export async function unitMap(trx: CloudTransaction, id: string, now: Date): Promise<UnitMap> {
  const { rows } = await sql<UnitMap['unit']>`
    select unit_id as id, path, name, parent_id as "parentId", outline from units
    where unit_id = ${id} and ended_at is null`.execute(trx);
  const [unit] = rows;
  if (!unit) throw new AnGridError('subject.not-found', { op: 'units.map', subject: id });
  const below = await sql<MapUnit>`
    select u.unit_id as id, u.path, u.name, u.outline, (
      select count(*) from incidents i where i.state <> 'closed' and (i.unit_path || '/') ^@ (u.path || '/')) as open
    from units u where u.parent_id = ${id} and u.ended_at is null and u.outline is not null
    order by u.path`.execute(trx);
  const within = sql`(w.path || '/') ^@ (${unit.path} || '/')`;
  const places = await sql<MapPoint>`
    select p.compound_id as compound, p.place_id as id, p.name, p.kind, p.lon, p.lat
    from places p, lateral (${unitOfPlace(sql`p.compound_id`, sql`p.place_id`, now)}) w
    where p.lon is not null and ${within} and angrid_unit_in_scope(w.path) limit ${MOST_POINTS}`.execute(trx);
  const devices = await sql<UnitMap['devices'][number]>`
    select d.compound_id as compound, d.device_id as id, d.name, d.kind, d.state,
      coalesce(d.lon, p.lon) as lon, coalesce(d.lat, p.lat) as lat
    from devices d ${whereabouts(now)} left join places p on p.compound_id = d.compound_id and p.place_id = w.place_id
    where ${deviceInScope} and ${within} and coalesce(d.lon, p.lon) is not null limit ${MOST_POINTS}`.execute(trx);
  return { unit, below: below.rows, places: places.rows, devices: devices.rows };
}
