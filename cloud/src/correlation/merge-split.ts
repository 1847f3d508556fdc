import { AnGridError, type Localized } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { CloudTransaction } from '../database.js';
import { dispatch } from '../dispatch/dispatch.js';
import type { Governed } from '../dispatch/circumstances.js';
import { announce } from '../dispatch/feed.js';
import { lockCompound } from './correlate-batch.js';

export interface Rearranging {
  readonly person: string;
  readonly now: Date;
}

export interface Merge {
  readonly incident: string;
  /** Takes the alerts; the other is closed. */
  readonly into: string;
  /** The version of `incident` that the person saw. */
  readonly version: number;
}

export interface Split {
  readonly incident: string;
  /** Leave it for an incident of their own. */
  readonly alerts: readonly string[];
  readonly version: number;
}

interface Row {
  readonly id: string;
  readonly compound: string;
  readonly unitPath: string | null;
  readonly state: string;
  readonly exercise: boolean;
  readonly restricted: boolean;
  readonly version: number;
}

/**
 * Two incidents are one: the alerts go over, and the emptied one is closed and says where they went. Throws
 * subject.not-found, incident.wrong-state and input.invalid.
 */
export async function mergeIncidents(trx: CloudTransaction, merge: Merge, { person, now }: Rearranging): Promise<void> {
  const rows = await lockIncidents(trx, [merge.incident, merge.into]);
  const from = checked(rows, merge.incident, merge.version);
  const into = checked(rows, merge.into, undefined);
  const agree =
    from.compound === into.compound && from.restricted === into.restricted && from.exercise === into.exercise;
  if (from.id === into.id || !agree) throw invalid(from.id, 'these two cannot be one');
  await sql`update alerts set incident_id = ${into.id} where incident_id = ${from.id}`.execute(trx);
  await sql`
    update incidents i set version = i.version + 1, severity = least(i.severity, o.severity),
      last_alert_at = greatest(i.last_alert_at, o.last_alert_at)
    from incidents o where i.incident_id = ${into.id} and o.incident_id = ${from.id}`.execute(trx);
  await trx
    .updateTable('incidents')
    .set({ state: 'closed', closed_at: now, merged_into: into.id, version: sql<number>`version + 1` })
    .where('incident_id', '=', from.id)
    .execute();
  await trx.updateTable('legs').set({ due_at: null }).where('incident_id', '=', from.id).execute();
  await note(trx, from, { action: 'merged-into', detail: { incident: into.id } }, { person, now });
  await note(trx, into, { action: 'merged', detail: { incident: from.id } }, { person, now });
  await tell(trx, [from, into], now);
}

/**
 * Alerts that are another matter get an incident of their own, unconfirmed: nobody's confirmation of the first one was
 * about them. The id of the new one. Throws subject.not-found, incident.wrong-state and input.invalid.
 */
export async function splitIncident(
  trx: CloudTransaction,
  { incident, alerts, version }: Split,
  { person, now, governance }: Rearranging & Governed,
): Promise<string> {
  const from = checked(await lockIncidents(trx, [incident]), incident, version);
  const id = uuid();
  const { rows } = await sql<{ leaving: number; staying: number }>`
    select count(*) filter (where alert = any (${[...alerts]}::text[])) as leaving,
      count(*) filter (where alert <> all (${[...alerts]}::text[])) as staying
    from alerts where incident_id = ${incident}`.execute(trx);
  const { leaving = 0, staying = 0 } = rows[0] ?? {};
  if (leaving !== new Set(alerts).size || staying === 0) throw invalid(incident, 'some of its alerts, not all');
  await openFrom(trx, { id, incident, alerts, why: splitWhy }, now);
  await sql`update alerts set incident_id = ${id} where incident_id = ${incident} and alert = any (${[...alerts]}::text[])`.execute(
    trx,
  );
  await sql`update incidents set version = version + 1 where incident_id = ${incident}`.execute(trx);
  await note(trx, from, { action: 'split', detail: { incident: id, alerts: alerts.length } }, { person, now });
  await note(trx, { ...from, id }, { action: 'split-from', detail: { incident } }, { person, now });
  await dispatch(trx, [{ incident: id }], { governance, now });
  await tell(trx, [from, { ...from, id }], now);
  return id;
}

const splitWhy: Localized = { 'zh-CN': '由人工从另一事件中拆出', en: 'Taken out of another incident by hand' };

interface Opening {
  readonly id: string;
  readonly incident: string;
  readonly alerts: readonly string[];
  readonly why: Localized;
}

/** Named and placed after the most severe of its alerts. */
async function openFrom(trx: CloudTransaction, { id, incident, alerts, why }: Opening, now: Date): Promise<void> {
  await sql`
    insert into incidents (incident_id, compound_id, place_id, unit_path, kind, severity, state, why, exercise, restricted,
      opened_at, last_alert_at, closes_at, rule, retention_class, purpose, site_class)
    select ${id}::uuid, i.compound_id, a.place_id, a.unit_path, a.kind, a.severity, 'open', ${JSON.stringify(why)}::jsonb,
      i.exercise, i.restricted, ${now}::timestamptz, a.started_at, i.closes_at, 'person', i.retention_class, i.purpose,
      i.site_class
    from incidents i
    join alerts a on a.incident_id = i.incident_id and a.alert = any (${[...alerts]}::text[])
    where i.incident_id = ${incident}
    order by a.standing, a.severity, a.started_at limit 1`.execute(trx);
}

async function lockIncidents(trx: CloudTransaction, ids: readonly string[]): Promise<readonly Row[]> {
  const { rows: compounds } = await sql<{ compound: string }>`
    select distinct compound_id as compound from incidents where incident_id = any (${[...ids]}::uuid[]) order by 1`.execute(
    trx,
  );
  for (const { compound } of compounds) await lockCompound(trx, compound);
  const { rows } = await sql<Row>`
    select incident_id as id, compound_id as compound, unit_path as "unitPath", state, exercise, restricted, version
    from incidents where incident_id = any (${[...ids]}::uuid[]) order by incident_id for update`.execute(trx);
  return rows;
}

function checked(rows: readonly Row[], id: string, version: number | undefined): Row {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new AnGridError('subject.not-found', { op: 'incident.rearrange', subject: id });
  const isDone = row.state === 'closed' || row.state === 'resolved';
  if (!isDone && (version === undefined || version === row.version)) return row;
  const detail = isDone ? row.state : `version ${row.version}`;
  throw new AnGridError('incident.wrong-state', { op: 'incident.rearrange', subject: id, detail });
}

function invalid(subject: string, detail: string): AnGridError {
  return new AnGridError('input.invalid', { op: 'incident.rearrange', subject, detail });
}

interface Note {
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

async function note(
  trx: CloudTransaction,
  { id, compound }: Row,
  { action, detail }: Note,
  by: Rearranging,
): Promise<void> {
  await trx
    .insertInto('incident_log')
    .values({
      incident_id: id,
      compound_id: compound,
      at: by.now,
      actor: by.person,
      action,
      note: null,
      detail: JSON.stringify(detail),
    })
    .execute();
}

async function tell(trx: CloudTransaction, rows: readonly Row[], now: Date): Promise<void> {
  const news = rows.map(({ id, compound, unitPath, restricted }) => {
    return { topic: 'incident' as const, subject: id, compound, unitPath, restricted };
  });
  await announce(trx, news, now);
}
