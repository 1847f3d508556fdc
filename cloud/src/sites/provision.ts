import { AnGridError, type ProvisionData } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import type { IngestContext } from '../ingest/context.js';
import type { Database } from '../schema.js';

/**
 * What an installer did at the gateway becomes part of the site; the caller then makes the next version of the site
 * configuration. Throws link.unknown-place and device.unknown.
 */
export async function applyProvision(
  trx: Transaction<Database>,
  data: ProvisionData,
  context: IngestContext,
): Promise<void> {
  switch (data.op) {
    case 'device.upsert':
      await upsertDevice(trx, data, context);
      break;
    case 'device.remove':
      await removeDevice(trx, data.device, context);
      break;
    case 'link.place':
      await linkPlace(trx, { compound: context.compound.id, device: data.device, place: data.place }, context.now);
      break;
    case 'link.camera':
      await linkCamera(trx, { compound: context.compound.id, ...data });
      break;
  }
}

type Upsert = Extract<ProvisionData, { op: 'device.upsert' }>;

async function upsertDevice(trx: Transaction<Database>, data: Upsert, context: IngestContext): Promise<void> {
  const { gateway, compound, now } = context;
  const facts = {
    gateway_id: gateway,
    kind: data.kind,
    name: data.name,
    profile: data.profile ?? null,
    manufacturer: data.manufacturer ?? null,
    model: data.model ?? null,
    gb28181: data.gb28181 ?? null,
  };
  await trx
    .insertInto('devices')
    .values({
      ...facts,
      compound_id: compound.id,
      device_id: data.device,
      held_open_seconds: null,
      state_since: now,
      clock_skew_ms: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['compound_id', 'device_id']).doUpdateSet({ ...facts, removed_at: null }),
    )
    .execute();
}

async function removeDevice(trx: Transaction<Database>, device: string, context: IngestContext): Promise<void> {
  const { compound, now } = context;
  await requireDevice(trx, compound.id, device);
  await trx
    .updateTable('devices')
    .set({ removed_at: now, state: 'unknown', state_since: now })
    .where('compound_id', '=', compound.id)
    .where('device_id', '=', device)
    .execute();
  await endPlace(trx, compound.id, device, now);
  await trx
    .updateTable('devices')
    .set({ behind: null })
    .where('compound_id', '=', compound.id)
    .where('behind', '=', device)
    .execute();
  await trx
    .deleteFrom('camera_links')
    .where('compound_id', '=', compound.id)
    .where(({ or, eb }) => or([eb('door_id', '=', device), eb('camera_id', '=', device)]))
    .execute();
}

interface PlaceLink {
  readonly compound: string;
  readonly device: string;
  readonly place: string;
}

/** Puts a device at a place from now on; where it was before stays on record. */
export async function linkPlace(
  trx: Transaction<Database>,
  { compound, device, place }: PlaceLink,
  now: Date,
): Promise<void> {
  await requireDevice(trx, compound, device);
  const found = await trx
    .selectFrom('places')
    .select('place_id')
    .where('compound_id', '=', compound)
    .where('place_id', '=', place)
    .executeTakeFirst();
  if (!found) throw new AnGridError('link.unknown-place', { op: 'sites.link', subject: device, detail: place });
  await endPlace(trx, compound, device, now);
  await sql`
    insert into device_places (compound_id, device_id, place_id, valid)
    values (${compound}, ${device}, ${place}, tstzrange(${now}::timestamptz, null))`.execute(trx);
}

async function endPlace(trx: Transaction<Database>, compound: string, device: string, now: Date): Promise<void> {
  const current = sql`compound_id = ${compound} and device_id = ${device} and valid @> ${now}::timestamptz`;
  await sql`delete from device_places where ${current} and lower(valid) = ${now}::timestamptz`.execute(trx);
  await sql`update device_places set valid = tstzrange(lower(valid), ${now}::timestamptz) where ${current}`.execute(
    trx,
  );
}

interface CameraLink {
  readonly compound: string;
  readonly device: string;
  readonly camera: string;
  readonly linked: boolean;
}

/** Says whether a camera looks at a door. A device is never its own witness. Throws input.invalid and device.unknown. */
export async function linkCamera(
  trx: Transaction<Database>,
  { compound, device, camera, linked }: CameraLink,
): Promise<void> {
  if (device === camera)
    throw new AnGridError('input.invalid', { op: 'sites.link', subject: device, detail: 'camera' });
  const row = { compound_id: compound, door_id: device, camera_id: camera };
  if (!linked) {
    await trx
      .deleteFrom('camera_links')
      .where('compound_id', '=', compound)
      .where('door_id', '=', device)
      .where('camera_id', '=', camera)
      .execute();
    return;
  }
  await requireDevice(trx, compound, device);
  await requireDevice(trx, compound, camera);
  await trx
    .insertInto('camera_links')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function requireDevice(trx: Transaction<Database>, compound: string, device: string): Promise<void> {
  const found = await trx
    .selectFrom('devices')
    .select('device_id')
    .where('compound_id', '=', compound)
    .where('device_id', '=', device)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (!found) throw new AnGridError('device.unknown', { op: 'sites.link', subject: device });
}
