import { sql } from 'kysely';
import { ownUnitOf, unitOfPlace } from '../linking/places.js';

/**
 * Joins to `devices d` its place and unit now, as `w (place_id, place_name, path)`. Devices are held to the scope by
 * compound in the database, and here by unit: whoever sees some units sees the devices that stand in them.
 */
export const whereabouts = (now: Date) => sql`
  left join lateral (
    select dp.place_id, p.name as place_name, coalesce(pu.path, ${ownUnitOf}) as path
    from (select d.compound_id, d.device_id) this
    left join device_places dp
      on dp.compound_id = this.compound_id and dp.device_id = this.device_id and dp.valid @> ${now}::timestamptz
    left join places p on p.compound_id = dp.compound_id and p.place_id = dp.place_id
    left join lateral (${unitOfPlace(sql`dp.compound_id`, sql`dp.place_id`, now)}) pu on true
    limit 1) w on true`;

export const deviceInScope = sql`d.removed_at is null and angrid_unit_in_scope(w.path)`;

export const placeOfDevice = sql`
  case when w.place_id is not null then json_build_object('id', w.place_id, 'name', w.place_name) end as place,
  w.path as "unitPath"`;

/** Of `devices d` or `places p`. */
export const positionOf = (of: 'd' | 'p') => {
  const [lon, lat] = [sql.ref(`${of}.lon`), sql.ref(`${of}.lat`)];
  return sql`case when ${lon} is not null then json_build_object('lon', ${lon}, 'lat', ${lat}) end as position`;
};

/** Doors are what a panel or a lock keeps shut. */
export const isDoor = sql`d.kind in ('panel', 'lock')`;
