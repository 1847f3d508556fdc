import { sql, type Transaction } from 'kysely';
import type { EventKind } from '@angrid/contract';
import type { IngestContext } from '../ingest/context.js';
import type { PlacedAlert } from '../ingest/store-alerts.js';
import type { Database } from '../schema.js';
import { cameraKinds } from './patterns.js';

export interface Companion {
  readonly alert: string;
  readonly device: string;
  readonly name: string;
  readonly kind: EventKind;
  readonly at: Date;
}

/** Alerts of the cameras that look at the door, within the window and in no incident yet; nearest in time first. */
export async function cameraCompanions(
  trx: Transaction<Database>,
  door: PlacedAlert,
  context: IngestContext,
): Promise<readonly Companion[]> {
  const { windowMs } = context.correlation;
  const { rows } = await sql<Companion>`
    select a.alert, a.device_id as device, d.name, a.kind, a.started_at as at
    from camera_links l
    join alerts a on a.compound_id = l.compound_id and a.device_id = l.camera_id
    join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id
    where l.compound_id = ${context.compound.id} and l.door_id = ${door.device}
      and a.kind = any (${[...cameraKinds]}::text[]) and not a.late and a.exercise = ${door.exercise}
      and a.incident_id is null and a.source_kind <> 'person'
      and a.started_at between ${new Date(door.startedAt.getTime() - windowMs)} and ${new Date(door.startedAt.getTime() + windowMs)}
    order by abs(extract(epoch from a.started_at - ${door.startedAt}::timestamptz)), a.alert
    limit 8`.execute(trx);
  return rows;
}

export interface OpenIncident {
  readonly incident: string;
  readonly device: string;
  readonly name: string;
  readonly kind: EventKind;
  readonly at: Date;
  readonly confirmed: boolean;
}

/** The open incident of the device itself, which takes further alerts until its hard close. */
export async function incidentOfDevice(
  trx: Transaction<Database>,
  alert: PlacedAlert,
  context: IngestContext,
): Promise<OpenIncident | undefined> {
  const { rows } = await sql<OpenIncident>`
    select i.incident_id as incident, a.device_id as device, d.name, a.kind, a.started_at as at,
      i.confirmed_by is not null as confirmed
    from incidents i
    join alerts a on a.incident_id = i.incident_id
    join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id
    where i.compound_id = ${context.compound.id} and a.device_id = ${alert.device} and i.exercise = ${alert.exercise}
      and i.state not in ('resolved', 'closed') and i.closes_at > ${alert.startedAt}::timestamptz
    order by i.opened_at desc, a.severity, a.started_at
    limit 1
    for update of i`.execute(trx);
  return rows[0];
}

/** The open incident of a door that the camera looks at, within the window. */
export async function incidentAtLinkedDoor(
  trx: Transaction<Database>,
  camera: PlacedAlert,
  context: IngestContext,
): Promise<OpenIncident | undefined> {
  const { windowMs } = context.correlation;
  const { rows } = await sql<OpenIncident>`
    select i.incident_id as incident, a.device_id as device, d.name, a.kind, a.started_at as at,
      i.confirmed_by is not null as confirmed
    from camera_links l
    join alerts a on a.compound_id = l.compound_id and a.device_id = l.door_id
    join incidents i on i.incident_id = a.incident_id
    join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id
    where l.compound_id = ${context.compound.id} and l.camera_id = ${camera.device} and i.exercise = ${camera.exercise}
      and i.state not in ('resolved', 'closed') and i.closes_at > ${camera.startedAt}::timestamptz
      and a.started_at between ${new Date(camera.startedAt.getTime() - windowMs)} and ${new Date(camera.startedAt.getTime() + windowMs)}
    order by a.severity, abs(extract(epoch from a.started_at - ${camera.startedAt}::timestamptz))
    limit 1
    for update of i`.execute(trx);
  return rows[0];
}

export async function deviceName(trx: Transaction<Database>, compound: string, device: string): Promise<string> {
  const row = await trx
    .selectFrom('devices')
    .select('name')
    .where('compound_id', '=', compound)
    .where('device_id', '=', device)
    .executeTakeFirst();
  return row?.name ?? device;
}
