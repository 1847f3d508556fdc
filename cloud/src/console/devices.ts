import { AnGridError } from '@angrid/contract';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { relink } from '../linking/relink.js';
import { bumpSite } from '../sites/site-config.js';
import { linkCamera, linkPlace } from '../sites/provision.js';
import { allOf } from './filters.js';
import type { Reach } from '../schema.js';
import type { Named, Position, UnitRef } from './shapes.js';
import { unitRefs } from './unit-names.js';
import { deviceInScope, placeOfDevice, positionOf, whereabouts } from './whereabouts.js';

export const deviceFilterSchema = z.object({
  kind: z.enum(['panel', 'camera', 'lock', 'sensor']).optional(),
  unlinked: z.enum(['true', 'false']).optional(),
  compound: z.string().max(64).optional(),
});
export type DeviceFilter = z.infer<typeof deviceFilterSchema>;

export interface DeviceView {
  readonly id: string;
  readonly kind: 'panel' | 'camera' | 'lock' | 'sensor';
  readonly name: string;
  readonly compound: Named;
  readonly gateway: Named;
  readonly profile: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly gb28181: string | null;
  readonly place: Named | null;
  readonly unit: UnitRef | null;
  readonly state: 'online' | 'offline' | 'unknown';
  readonly stateSince: Date;
  readonly clockSkewMs: number | null;
  /** Of a camera that answers: how far it does. */
  readonly reach: Reach | null;
  /** Its own position, in WGS 84; the one of its place is told with the place. */
  readonly position: Position | null;
  /** Of a door: the cameras that look at it. */
  readonly cameras?: readonly Named[];
  /** Of a camera: the doors that it looks at. */
  readonly doors?: readonly Named[];
}

type DeviceRow = Omit<DeviceView, 'unit' | 'cameras' | 'doors'> & {
  readonly unitPath: string | null;
  readonly linked: readonly Named[];
};

export async function listDevices(
  trx: CloudTransaction,
  filter: DeviceFilter,
  now: Date,
): Promise<readonly DeviceView[]> {
  const conditions: RawBuilder<unknown>[] = [];
  if (filter.kind) conditions.push(sql`d.kind = ${filter.kind}`);
  if (filter.compound) conditions.push(sql`d.compound_id = ${filter.compound}`);
  if (filter.unlinked === 'true') conditions.push(sql`w.path is null`);
  if (filter.unlinked === 'false') conditions.push(sql`w.path is not null`);
  const { rows } = await sql<DeviceRow>`
    select d.device_id as id, d.kind, d.name, d.profile, d.manufacturer, d.model, d.gb28181, d.state,
      d.state_since as "stateSince", d.clock_skew_ms as "clockSkewMs", d.reach, ${positionOf('d')}, ${placeOfDevice},
      json_build_object('id', d.compound_id, 'name', c.name) as compound,
      json_build_object('id', d.gateway_id, 'name', coalesce(g.name, d.gateway_id)) as gateway,
      coalesce((
        select json_agg(json_build_object('id', other.device_id, 'name', other.name) order by other.name)
        from camera_links l
        join devices other on other.compound_id = l.compound_id
          and other.device_id = case when l.door_id = d.device_id then l.camera_id else l.door_id end
        where l.compound_id = d.compound_id and d.device_id in (l.door_id, l.camera_id)), '[]') as linked
    from devices d
    join compounds c on c.compound_id = d.compound_id
    left join gateways g on g.gateway_id = d.gateway_id
    ${whereabouts(now)}
    where ${deviceInScope} and ${allOf(conditions)}
    order by c.name, d.kind, d.name, d.device_id
    limit 20000`.execute(trx);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ unitPath }) => unitPath),
  );
  return rows.map(({ unitPath, linked, ...row }) => ({
    ...row,
    unit: unitOf(unitPath),
    ...(row.kind === 'camera' ? { doors: linked } : { cameras: linked }),
  }));
}

export interface DeviceRef {
  readonly compound: string;
  readonly device: string;
}

/** Throws subject.not-found, also where the scope does not hold the device. */
export async function requireDevice(trx: CloudTransaction, { compound, device }: DeviceRef, now: Date): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select d.device_id as id from devices d ${whereabouts(now)}
    where ${deviceInScope} and d.compound_id = ${compound} and d.device_id = ${device}`.execute(trx);
  if (rows.length === 0) throw new AnGridError('subject.not-found', { op: 'devices.read', subject: device });
}

/** Throws subject.not-found and link.unknown-place. */
export async function putDeviceAt(trx: CloudTransaction, ref: DeviceRef, place: string, now: Date): Promise<void> {
  await requireDevice(trx, ref, now);
  await linkPlace(trx, { ...ref, place }, now);
  await relink(trx, now);
  await bumpSite(trx, ref.compound, now);
}

/** Makes `cameras` the cameras that look at the door, and no others. Throws subject.not-found. */
export async function setDoorCameras(
  trx: CloudTransaction,
  ref: DeviceRef,
  cameras: readonly string[],
  now: Date,
): Promise<void> {
  await requireDevice(trx, ref, now);
  for (const camera of cameras) await requireDevice(trx, { ...ref, device: camera }, now);
  const before = await trx
    .selectFrom('camera_links')
    .select('camera_id')
    .where('compound_id', '=', ref.compound)
    .where('door_id', '=', ref.device)
    .execute();
  for (const { camera_id: camera } of before) {
    if (!cameras.includes(camera)) await linkCamera(trx, { ...ref, camera, linked: false });
  }
  for (const camera of cameras) await linkCamera(trx, { ...ref, camera, linked: true });
  await bumpSite(trx, ref.compound, now);
}
