import { AnGridError, idSchema, shortText } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { requireDevice } from '../console/devices.js';
import type { Named } from '../console/shapes.js';
import { deviceInScope, whereabouts } from '../console/whereabouts.js';
import type { CloudTransaction } from '../database.js';
import type { PlanPicture } from './plan-picture.js';

const MOST_PLANS = 50;

export const newPlanSchema = z.object({ compound: idSchema, name: shortText.min(1) });
export const planRefSchema = z.object({ compound: idSchema, plan: idSchema });
export type PlanRef = z.infer<typeof planRefSchema>;
export const spotRefSchema = z.object({ compound: idSchema, device: idSchema });
/** Where on a plan a device hangs, as shares of its width and height from the upper left; null takes it off. */
export const spotSchema = z.object({
  spot: z.strictObject({ plan: idSchema, x: z.number().min(0).max(1), y: z.number().min(0).max(1) }).nullable(),
});
export type Spot = z.infer<typeof spotSchema>['spot'];

export interface PlanSpot extends Named {
  readonly kind: 'panel' | 'camera' | 'lock' | 'sensor';
  readonly state: 'online' | 'offline' | 'unknown';
  readonly x: number;
  readonly y: number;
}

export interface FloorPlan extends Named {
  readonly compound: Named;
  readonly width: number;
  readonly height: number;
  readonly devices: readonly PlanSpot[];
}

/** With the devices that the scope sees. Who sees some units sees the plans on which something of theirs hangs. */
export async function listFloorPlans(
  trx: CloudTransaction,
  { compound }: { readonly compound?: string | undefined },
  now: Date,
): Promise<readonly FloorPlan[]> {
  const { rows } = await sql<FloorPlan>`
    select f.plan_id as id, f.name, f.width, f.height,
      json_build_object('id', f.compound_id, 'name', c.name) as compound, coalesce(s.devices, '[]') as devices
    from floor_plans f
    join compounds c on c.compound_id = f.compound_id
    left join lateral (
      select json_agg(json_build_object('id', d.device_id, 'name', d.name, 'kind', d.kind, 'state', d.state,
        'x', s.x, 'y', s.y) order by d.name) as devices
      from plan_spots s
      join devices d on d.compound_id = s.compound_id and d.device_id = s.device_id
      ${whereabouts(now)}
      where s.compound_id = f.compound_id and s.plan_id = f.plan_id and ${deviceInScope}) s on true
    where (angrid_every_unit() or s.devices is not null)
      and ${compound === undefined ? sql`true` : sql`f.compound_id = ${compound}`}
    order by c.name, f.name, f.plan_id
    limit 2000`.execute(trx);
  return rows;
}

/** Before a picture is taken in. Throws subject.not-found, and subject.conflict where there are enough. */
export async function requireRoomForPlan(trx: CloudTransaction, compound: string): Promise<void> {
  const { rows } = await sql<{ plans: number }>`
    select (select count(*)::integer from floor_plans f where f.compound_id = c.compound_id) as plans
    from compounds c where c.compound_id = ${compound}`.execute(trx);
  const op = 'floor-plan.add';
  if (rows[0] === undefined) throw new AnGridError('subject.not-found', { op, subject: compound });
  if (rows[0].plans >= MOST_PLANS)
    throw new AnGridError('subject.conflict', { op, subject: compound, detail: `${MOST_PLANS} plans` });
}

/** A new plan of a compound; its id. */
export async function addFloorPlan(
  trx: CloudTransaction,
  { compound, name }: z.infer<typeof newPlanSchema>,
  { picture, now }: { readonly picture: PlanPicture; readonly now: Date },
): Promise<string> {
  const id = `f-${uuid()}`;
  const { mediaType, width, height, bytes } = picture;
  await sql`
    insert into floor_plans (compound_id, plan_id, name, media_type, width, height, picture, drawn_at)
    values (${compound}, ${id}, ${name}, ${mediaType}, ${width}, ${height}, ${bytes}, ${now})`.execute(trx);
  return id;
}

/** Throws subject.not-found, also where nothing of the scope hangs on it. */
export async function pictureOfPlan(
  trx: CloudTransaction,
  { compound, plan }: PlanRef,
  now: Date,
): Promise<Pick<PlanPicture, 'mediaType' | 'bytes'>> {
  const { rows } = await sql<Pick<PlanPicture, 'mediaType' | 'bytes'>>`
    select f.media_type as "mediaType", f.picture as bytes from floor_plans f
    where f.compound_id = ${compound} and f.plan_id = ${plan} and (angrid_every_unit() or exists (
      select from plan_spots s
      join devices d on d.compound_id = s.compound_id and d.device_id = s.device_id
      ${whereabouts(now)}
      where s.compound_id = f.compound_id and s.plan_id = f.plan_id and ${deviceInScope}))`.execute(trx);
  const [found] = rows;
  if (found) return found;
  throw new AnGridError('subject.not-found', { op: 'floor-plan.read', subject: plan });
}

/** The plan goes, and with it what hung on it. Throws subject.not-found. */
export async function removeFloorPlan(trx: CloudTransaction, { compound, plan }: PlanRef): Promise<void> {
  const { numAffectedRows } = await sql`
    delete from floor_plans where compound_id = ${compound} and plan_id = ${plan}`.execute(trx);
  if (numAffectedRows === 0n) throw new AnGridError('subject.not-found', { op: 'floor-plan.remove', subject: plan });
}

/** Throws subject.not-found for a device out of scope, or a plan of another compound. */
export async function hangDevice(
  trx: CloudTransaction,
  { compound, device }: z.infer<typeof spotRefSchema>,
  { spot, now }: { readonly spot: Spot; readonly now: Date },
): Promise<void> {
  await requireDevice(trx, { compound, device }, now);
  if (spot === null) {
    await sql`delete from plan_spots where compound_id = ${compound} and device_id = ${device}`.execute(trx);
    return;
  }
  const { numAffectedRows } = await sql`
    insert into plan_spots (compound_id, device_id, plan_id, x, y)
    select compound_id, ${device}, plan_id, ${spot.x}::float8, ${spot.y}::float8
    from floor_plans where compound_id = ${compound} and plan_id = ${spot.plan}
    on conflict (compound_id, device_id) do update set plan_id = excluded.plan_id, x = excluded.x, y = excluded.y`.execute(
    trx,
  );
  if (numAffectedRows === 0n) throw new AnGridError('subject.not-found', { op: 'floor-plan.hang', subject: spot.plan });
}
