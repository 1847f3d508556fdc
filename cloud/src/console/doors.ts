import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { missingOf } from './delivery/missing.js';
import { allOf, anywhere, textFilter, withinUnit } from './filters.js';
import type { DoorView } from './shapes.js';
import { unitRefs } from './unit-names.js';
import { deviceInScope, isDoor, placeOfDevice, whereabouts } from './whereabouts.js';

export const doorFilterSchema = z.object({ compound: textFilter, unit: textFilter, q: textFilter });
export type DoorFilter = z.infer<typeof doorFilterSchema>;

/** Those that are offline first. */
export function listDoors(trx: CloudTransaction, filter: DoorFilter, now: Date): Promise<readonly DoorView[]> {
  const conditions: RawBuilder<unknown>[] = [];
  if (filter.compound) conditions.push(sql`d.compound_id = ${filter.compound}`);
  if (filter.unit) conditions.push(withinUnit(sql`w.path`, filter.unit));
  if (filter.q) {
    const text = anywhere(filter.q);
    conditions.push(sql`(d.name ilike ${text} or d.device_id ilike ${text} or w.place_name ilike ${text})`);
  }
  return selectDoors(trx, allOf(conditions), now);
}

/** Keys are `compound/device`. */
export function doorsByKey(trx: CloudTransaction, keys: readonly string[], now: Date): Promise<readonly DoorView[]> {
  const wanted = keys.map((key) => key.split('/'));
  const [compounds, devices] = [wanted.map(([compound]) => compound), wanted.map(([, device]) => device)];
  const among = sql`(d.compound_id, d.device_id) in (
    select * from unnest(${compounds}::text[], ${devices}::text[]))`;
  return selectDoors(trx, among, now);
}

async function selectDoors(
  trx: CloudTransaction,
  condition: RawBuilder<unknown>,
  now: Date,
): Promise<readonly DoorView[]> {
  const { rows } = await sql<Omit<DoorView, 'unit'> & { unitPath: string | null }>`
    select d.device_id as id, d.name, d.state, d.state_since as "stateSince", d.door_state as door,
      d.door_since as "doorSince", d.last_event_at as "lastEventAt", d.clock_skew_ms as "clockSkewMs",
      json_build_object('id', d.compound_id, 'name', c.name) as compound, ${placeOfDevice},
      coalesce((
        select json_agg(json_build_object('id', camera.device_id, 'name', camera.name, 'state', camera.state,
          'reach', camera.reach) order by camera.name)
        from camera_links l
        join devices camera on camera.compound_id = l.compound_id and camera.device_id = l.camera_id
        where l.compound_id = d.compound_id and l.door_id = d.device_id), '[]') as cameras,
      (select count(*)::integer from alerts a
       where a.compound_id = d.compound_id and a.device_id = d.device_id and a.state = 'active'
         and a.standing = 'alert') as "activeAlerts",
      ${missingOf(sql`x.compound_id = d.compound_id and x.device_id = d.device_id`, now)} as missing,
      (select json_build_object('id', b.device_id, 'name', b.name, 'state', b.state)
       from devices b where b.compound_id = d.compound_id and b.device_id = d.behind and b.removed_at is null) as behind
    from devices d
    join compounds c on c.compound_id = d.compound_id
    ${whereabouts(now)}
    where ${deviceInScope} and ${isDoor} and ${condition}
    order by (d.state = 'offline') desc, d.name, d.device_id
    limit 20000`.execute(trx);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ unitPath }) => unitPath),
  );
  return rows.map(({ unitPath, ...row }) => ({ ...row, unit: unitOf(unitPath) }));
}
