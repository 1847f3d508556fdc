import type { Transaction } from 'kysely';
import type { IngestContext } from '../ingest/context.js';
import type { PlacedAlert } from '../ingest/store-alerts.js';
import type { Database } from '../schema.js';
import {
  cameraCompanions,
  deviceName,
  incidentAtLinkedCamera,
  incidentAtLinkedDoor,
  incidentOfDevice,
  type OpenIncident,
} from './companions.js';
import { confirmIncident, joinIncident, moveIncident, openIncident } from './incidents.js';
import { cameraKinds, doorKindsForOfficers } from './patterns.js';
import { whySentence } from './why.js';

/** What correlation has done with an alert. `confirmed`: two sources agree now, and did not before. */
export interface Correlated {
  readonly incident: string;
  readonly opened: boolean;
  readonly confirmed: boolean;
  readonly restricted: boolean;
}

/**
 * Everything that a raised alert changes: the incident that it is in, and a restricted one that it agrees with. A late
 * alert changes nothing: it is stored and pages nobody.
 */
export async function correlate(
  trx: Transaction<Database>,
  alert: PlacedAlert,
  context: IngestContext,
): Promise<readonly Correlated[]> {
  if (alert.late) return [];
  const joined = await correlateOpenly(trx, alert, context);
  const agreed = cameraKinds.includes(alert.kind) ? await agreeFromOutside(trx, alert, context) : undefined;
  return [joined, agreed].filter((each) => each !== undefined);
}

/**
 * Puts a raised alert into its incident. A supporting alert never opens one. Bounded: the incident of the same device or of the door that the camera looks at, within the
 * window and before its hard close. What is restricted keeps to itself: it joins nothing that others see, and takes
 * nothing that others see away from them; a camera agrees with it from outside.
 */
async function correlateOpenly(
  trx: Transaction<Database>,
  alert: PlacedAlert,
  context: IngestContext,
): Promise<Correlated | undefined> {
  if (cameraKinds.includes(alert.kind)) {
    const atDoor = await incidentAtLinkedDoor(trx, alert, context);
    if (atDoor) return joinFromCamera(trx, alert, atDoor, context);
  }
  if (alert.standing === 'supporting') return undefined;
  const open = await openIncidentFor(trx, alert, context);
  const incident = open?.incident ?? (await openFor(trx, alert, context));
  const confirmed = await takeCompanions(trx, { incident, alert, known: open?.confirmed ?? false }, context);
  return { incident, opened: open === undefined, confirmed, restricted: alert.restricted };
}

/** The incident that the alert joins: the device's own, or what a camera at this door has seen by itself. */
async function openIncidentFor(
  trx: Transaction<Database>,
  alert: PlacedAlert,
  context: IngestContext,
): Promise<OpenIncident | undefined> {
  const own = await incidentOfDevice(trx, alert, context);
  const open = own ?? (await incidentAtLinkedCamera(trx, alert, context));
  if (open) await joinIncident(trx, open.incident, alert, context);
  if (open && !own) await moveIncident(trx, open.incident, alert);
  return open;
}

async function openFor(trx: Transaction<Database>, alert: PlacedAlert, context: IngestContext): Promise<string> {
  const name = await deviceName(trx, context.compound.id, alert.device);
  return openIncident(trx, alert, whySentence({ door: { name, kind: alert.kind, at: alert.startedAt } }), context);
}

async function joinFromCamera(
  trx: Transaction<Database>,
  camera: PlacedAlert,
  open: OpenIncident,
  context: IngestContext,
): Promise<Correlated> {
  await joinIncident(trx, open.incident, camera, context);
  if (open.confirmed || !doorKindsForOfficers.includes(open.kind)) {
    return { incident: open.incident, opened: false, confirmed: false, restricted: false };
  }
  await confirmByCamera(trx, camera, open, context);
  return { incident: open.incident, opened: false, confirmed: true, restricted: false };
}

/** A second source for a restricted incident, which stays apart: the camera's alert itself shows nothing of it. */
async function agreeFromOutside(
  trx: Transaction<Database>,
  camera: PlacedAlert,
  context: IngestContext,
): Promise<Correlated | undefined> {
  const open = await incidentAtLinkedDoor(trx, { ...camera, restricted: true }, context);
  if (!open || open.confirmed || !doorKindsForOfficers.includes(open.kind)) return undefined;
  await confirmByCamera(trx, camera, open, context);
  return { incident: open.incident, opened: false, confirmed: true, restricted: true };
}

async function confirmByCamera(
  trx: Transaction<Database>,
  camera: PlacedAlert,
  open: OpenIncident,
  context: IngestContext,
): Promise<void> {
  const name = await deviceName(trx, context.compound.id, camera.device);
  const why = whySentence({ door: open, camera: { name, kind: camera.kind, at: camera.startedAt } });
  await confirmIncident(trx, open.incident, { by: 'two-sources', why }, context);
}

interface Joining {
  readonly incident: string;
  readonly alert: PlacedAlert;
  /** Confirmed before this alert. */
  readonly known: boolean;
}

async function takeCompanions(
  trx: Transaction<Database>,
  { incident, alert, known }: Joining,
  context: IngestContext,
): Promise<boolean> {
  const companions = await cameraCompanions(trx, alert, incident, context);
  for (const companion of companions) {
    if (!companion.joined && !alert.restricted) await joinIncident(trx, incident, companion, context);
  }
  const [nearest] = companions;
  if (!nearest || known || !doorKindsForOfficers.includes(alert.kind)) return false;
  const name = await deviceName(trx, context.compound.id, alert.device);
  const why = whySentence({ door: { name, kind: alert.kind, at: alert.startedAt }, camera: nearest });
  await confirmIncident(trx, incident, { by: 'two-sources', why }, context);
  return true;
}
