import { sql } from 'kysely';

/**
 * Joins to `devices d` its place and unit now, as `w (place_id, place_name, path)`. Devices are held to the scope by
 * compound in the database, and here by unit: whoever sees some units sees the devices that stand in them.
 */
export const whereabouts = (now: Date) => sql`
  left join lateral (
    select dp.place_id, p.name as place_name, u.path
    from device_places dp
    join places p on p.compound_id = dp.compound_id and p.place_id = dp.place_id
    left join place_units pu
      on pu.compound_id = dp.compound_id and pu.place_id = dp.place_id and pu.valid @> ${now}::timestamptz
    left join units u on u.unit_id = pu.unit_id
    where dp.compound_id = d.compound_id and dp.device_id = d.device_id and dp.valid @> ${now}::timestamptz
    order by pu.tree_id
    limit 1) w on true`;

export const deviceInScope = sql`d.removed_at is null and angrid_unit_in_scope(w.path)`;

export const placeOfDevice = sql`
  case when w.place_id is not null then json_build_object('id', w.place_id, 'name', w.place_name) end as place,
  w.path as "unitPath"`;

/** Doors are what a panel or a lock keeps shut. */
export const isDoor = sql`d.kind in ('panel', 'lock')`;
