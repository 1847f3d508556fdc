import { type RawBuilder, sql, type Transaction } from 'kysely';
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
  /** Already in the incident. */
  readonly joined: boolean;
}

/**
 * Alerts of the cameras that look at the door, within the window, that are in the incident or in none; nearest in time
 * first. A restricted door alert takes none away, and asks for none to be free.
 */
export async function cameraCompanions(
  trx: Transaction<Database>,
  door: PlacedAlert,
  incident: string,
  context: IngestContext,
): Promise<readonly Companion[]> {
  const { rows } = await sql<Companion>`
    select a.alert, a.device_id as device, coalesce(d.name, a.device_id) as name, a.kind, a.started_at as at,
      a.incident_id is not null as joined
    from camera_links l
    join alerts a on a.compound_id = l.compound_id and a.device_id = l.camera_id
    left join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id
    where l.compound_id = ${context.compound.id} and l.door_id = ${door.device}
      and a.kind = any (${[...cameraKinds]}::text[]) and not a.late and a.exercise = ${door.exercise}
      and (${door.restricted} or a.incident_id is null or a.incident_id = ${incident}) and a.source_kind <> 'person'
      and ${startedNear(door, context)}
    order by abs(extract(epoch from a.started_at - ${door.startedAt}::timestamptz)), a.alert
    limit 8`.execute(trx);
  return rows;
}

function startedNear({ startedAt }: PlacedAlert, { correlation }: IngestContext): RawBuilder<boolean> {
  const from = new Date(startedAt.getTime() - correlation.windowMs);
  const to = new Date(startedAt.getTime() + correlation.windowMs);
  return sql`a.started_at between ${from} and ${to}`;
}

export interface OpenIncident {
  readonly incident: string;
  readonly device: string;
  readonly name: string;
  readonly kind: EventKind;
  readonly at: Date;
  readonly confirmed: boolean;
}

const selectOpen = sql`
  select i.incident_id as incident, a.device_id as device, coalesce(d.name, a.device_id) as name, a.kind,
    a.started_at as at, i.confirmed_by is not null as confirmed
  from incidents i
  join alerts a on a.incident_id = i.incident_id
  left join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id`;

function takesStill(alert: PlacedAlert, { compound }: IngestContext): RawBuilder<boolean> {
  return sql`i.compound_id = ${compound.id} and i.exercise = ${alert.exercise}
    and i.restricted = ${alert.restricted}
    and i.state not in ('resolved', 'closed') and i.closes_at > ${alert.startedAt}::timestamptz`;
}

/** The open incident of the device itself, which takes further alerts until its hard close. */
export async function incidentOfDevice(
  trx: Transaction<Database>,
  alert: PlacedAlert,
  context: IngestContext,
): Promise<OpenIncident | undefined> {
  const { rows } = await sql<OpenIncident>`${selectOpen}
    where ${takesStill(alert, context)} and a.device_id = ${alert.device}
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
  const { rows } = await sql<OpenIncident>`${selectOpen}
    join camera_links l on l.compound_id = a.compound_id and l.door_id = a.device_id
    where ${takesStill(camera, context)} and l.camera_id = ${camera.device} and ${startedNear(camera, context)}
    order by a.severity, abs(extract(epoch from a.started_at - ${camera.startedAt}::timestamptz))
    limit 1
    for update of i`.execute(trx);
  return rows[0];
}

/** The open incident that a camera, which looks at the door, has opened by itself within the window. */
export async function incidentAtLinkedCamera(
  trx: Transaction<Database>,
  door: PlacedAlert,
  context: IngestContext,
): Promise<OpenIncident | undefined> {
  const { rows } = await sql<OpenIncident>`${selectOpen}
    join camera_links l on l.compound_id = a.compound_id and l.camera_id = a.device_id
    where ${takesStill(door, context)} and l.door_id = ${door.device} and ${startedNear(door, context)}
      and a.kind = any (${[...cameraKinds]}::text[])
      and not exists (select 1 from alerts o where o.incident_id = i.incident_id and o.device_id <> a.device_id)
    order by abs(extract(epoch from a.started_at - ${door.startedAt}::timestamptz))
    limit 1
    for update of i`.execute(trx);
  return rows[0];
}

/** The name of what an alert is about: a device, or the gateway itself. */
export async function deviceName(trx: Transaction<Database>, compound: string, device: string): Promise<string> {
  const { rows } = await sql<{ name: string }>`
    select coalesce(
      (select name from devices where compound_id = ${compound} and device_id = ${device}),
      (select name from gateways where compound_id = ${compound} and gateway_id = ${device}),
      ${device}) as name`.execute(trx);
  return rows[0]?.name ?? device;
}
