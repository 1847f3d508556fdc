import type { Localized, Severity } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { IngestContext } from '../ingest/context.js';
import type { PlacedAlert } from '../ingest/store-alerts.js';
import type { Database } from '../schema.js';

export async function openIncident(
  trx: Transaction<Database>,
  alert: PlacedAlert,
  why: Localized,
  context: IngestContext,
): Promise<string> {
  const incident = uuid();
  await trx
    .insertInto('incidents')
    .values({
      incident_id: incident,
      compound_id: context.compound.id,
      place_id: alert.placeId,
      unit_path: alert.unitPath,
      kind: alert.kind,
      severity: alert.severity,
      state: 'open',
      why: JSON.stringify(why),
      confirmed_by: null,
      exercise: alert.exercise,
      restricted: alert.restricted,
      opened_at: context.now,
      last_alert_at: alert.startedAt,
      closes_at: new Date(context.now.getTime() + context.correlation.incidentMs),
      retention_class: 'alarm',
      purpose: alert.exercise ? 'exercise' : context.compound.purpose,
      site_class: context.compound.siteClass,
    })
    .execute();
  await attach(trx, incident, alert.alert);
  await noteIncident(trx, { incident, action: 'opened', detail: { alert: alert.alert, kind: alert.kind } }, context);
  return incident;
}

interface Joining {
  readonly alert: string;
  readonly kind: string;
  readonly severity?: Severity;
}

export async function joinIncident(
  trx: Transaction<Database>,
  incident: string,
  { alert, kind, severity }: Joining,
  context: IngestContext,
): Promise<void> {
  await attach(trx, incident, alert);
  await trx
    .updateTable('incidents')
    .set({
      last_alert_at: context.now,
      version: sql`version + 1`,
      ...(severity === undefined ? {} : { severity: sql<Severity>`least(severity, ${severity})` }),
    })
    .where('incident_id', '=', incident)
    .execute();
  await noteIncident(trx, { incident, action: 'joined', detail: { alert, kind } }, context);
}

/** A door says better than a camera where it is and what it is about. */
export async function moveIncident(trx: Transaction<Database>, incident: string, door: PlacedAlert): Promise<void> {
  await trx
    .updateTable('incidents')
    .set(({ ref, fn, val }) => ({
      kind: door.kind,
      place_id: fn.coalesce(val(door.placeId), ref('place_id')),
      unit_path: fn.coalesce(val(door.unitPath), ref('unit_path')),
    }))
    .where('incident_id', '=', incident)
    .execute();
}

interface Confirmation {
  readonly by: 'two-sources' | 'person';
  readonly why?: Localized;
}

/** From now on it may become somebody's task. */
export async function confirmIncident(
  trx: Transaction<Database>,
  incident: string,
  { by, why }: Confirmation,
  context: Pick<IngestContext, 'compound' | 'now'>,
): Promise<void> {
  await trx
    .updateTable('incidents')
    .set({
      confirmed_by: by,
      confirmed_at: context.now,
      version: sql`version + 1`,
      ...(why === undefined ? {} : { why: JSON.stringify(why) }),
    })
    .where('incident_id', '=', incident)
    .where('confirmed_by', 'is', null)
    .execute();
  if (by === 'two-sources') await noteIncident(trx, { incident, action: 'confirmed', detail: { by } }, context);
}

async function attach(trx: Transaction<Database>, incident: string, alert: string): Promise<void> {
  await trx.updateTable('alerts').set({ incident_id: incident }).where('alert', '=', alert).execute();
}

interface Note {
  readonly incident: string;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

async function noteIncident(
  trx: Transaction<Database>,
  { incident, action, detail }: Note,
  { compound, now }: Pick<IngestContext, 'compound' | 'now'>,
): Promise<void> {
  await trx
    .insertInto('incident_log')
    .values({
      incident_id: incident,
      compound_id: compound.id,
      at: now,
      actor: 'system',
      action,
      note: null,
      detail: JSON.stringify(detail),
    })
    .execute();
}
