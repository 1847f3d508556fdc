import { AnGridError, type Localized } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { CloudTransaction } from '../database.js';
import { announceIncidents } from '../dispatch/announce-incidents.js';
import { dispatch } from '../dispatch/dispatch.js';
import type { Governed } from '../dispatch/circumstances.js';
import type { IncidentState } from '../schema.js';
import { lockCompound } from './correlate-batch.js';
import { notePerson } from './incident-log.js';
import { isSettled } from './settled.js';

export interface Rearranging extends Governed {
  readonly person: string;
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
  readonly state: IncidentState;
  readonly exercise: boolean;
  readonly restricted: boolean;
  readonly version: number;
}

/**
 * Two incidents are one: alerts and reports go over, with what people have said and taken, and the emptied one is closed
 * and says where they went. Throws subject.not-found, incident.wrong-state and input.invalid.
 */
export async function mergeIncidents(
  trx: CloudTransaction,
  merge: Merge,
  { person, now, governance }: Rearranging,
): Promise<void> {
  const rows = await lockIncidents(trx, [merge.incident, merge.into]);
  const from = checked(rows, merge.incident, merge.version);
  const into = checked(rows, merge.into, undefined);
  const agree =
    from.compound === into.compound && from.restricted === into.restricted && from.exercise === into.exercise;
  if (from.id === into.id || !agree) throw invalid(from.id, 'these two cannot be one');
  await sql`update alerts set incident_id = ${into.id} where incident_id = ${from.id}`.execute(trx);
  await sql`update reports set incident_id = ${into.id} where incident_id = ${from.id}`.execute(trx);
  await takeOver(trx, from, into);
  await trx
    .updateTable('incidents')
    .set({ state: 'closed', closed_at: now, merged_into: into.id, version: sql<number>`version + 1` })
    .where('incident_id', '=', from.id)
    .execute();
  await trx.updateTable('legs').set({ due_at: null }).where('incident_id', '=', from.id).execute();
  const by = { compound: from.compound, actor: person };
  await notePerson(trx, { ...by, incident: from.id, action: 'merged-into', detail: { incident: into.id } }, now);
  await notePerson(trx, { ...by, incident: into.id, action: 'merged', detail: { incident: from.id } }, now);
  await dispatch(trx, [{ incident: into.id }], { governance, now });
  await announceIncidents(trx, [from.id, into.id], now);
}

/** A person's word stays one: what was reported or confirmed is so together, and who has taken it keeps it. */
async function takeOver(trx: CloudTransaction, from: Row, into: Row): Promise<void> {
  await sql`
    update incidents i set version = i.version + 1, severity = least(i.severity, o.severity),
      last_alert_at = greatest(i.last_alert_at, o.last_alert_at),
      confirmed_by = case when 'person' in (i.confirmed_by, o.confirmed_by) then 'person'
        else coalesce(i.confirmed_by, o.confirmed_by) end,
      confirmed_at = least(i.confirmed_at, o.confirmed_at),
      source_kind = case when o.source_kind = 'person' then 'person' else i.source_kind end,
      category = case when o.source_kind = 'person' and i.source_kind <> 'person' then o.category
        else coalesce(i.category, o.category) end,
      state = case when i.owner_id is null and o.owner_id is not null then o.state else i.state end,
      owner_id = coalesce(i.owner_id, o.owner_id),
      owned_at = case when i.owner_id is null then o.owned_at else i.owned_at end,
      shared_paths = array(select distinct unnest(i.shared_paths || o.shared_paths))
    from incidents o where i.incident_id = ${into.id} and o.incident_id = ${from.id}`.execute(trx);
}

/**
 * Alerts that are another matter get an incident of their own, unconfirmed but for what a person has reported: nobody's
 * confirmation of the first one was about them. The id of the new one. Throws subject.not-found, incident.wrong-state and input.invalid.
 */
export async function splitIncident(
  trx: CloudTransaction,
  { incident, alerts, version }: Split,
  { person, now, governance }: Rearranging,
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
  await sql`update reports set incident_id = ${id} where incident_id = ${incident} and alert = any (${[...alerts]}::text[])`.execute(
    trx,
  );
  await sql`update incidents set version = version + 1 where incident_id = ${incident}`.execute(trx);
  const by = { compound: from.compound, actor: person };
  await notePerson(trx, { ...by, incident, action: 'split', detail: { incident: id, alerts: alerts.length } }, now);
  await notePerson(trx, { ...by, incident: id, action: 'split-from', detail: { incident } }, now);
  await dispatch(trx, [{ incident: id }], { governance, now });
  await announceIncidents(trx, [incident, id], now);
  return id;
}

const splitWhy: Localized = { 'zh-CN': '由人工从另一事件中拆出', en: 'Taken out of another incident by hand' };

interface Opening {
  readonly id: string;
  readonly incident: string;
  readonly alerts: readonly string[];
  readonly why: Localized;
}

/** Named and placed after the most severe of its alerts; what a person has reported is named after that. */
async function openFrom(trx: CloudTransaction, { id, incident, alerts, why }: Opening, now: Date): Promise<void> {
  await sql`
    insert into incidents (incident_id, compound_id, place_id, unit_path, kind, severity, state, why, exercise, restricted,
      opened_at, last_alert_at, closes_at, rule, retention_class, purpose, site_class, source_kind, category, confirmed_by,
      confirmed_at)
    select ${id}::uuid, i.compound_id, a.place_id, a.unit_path, a.kind, a.severity, 'open', ${JSON.stringify(why)}::jsonb,
      i.exercise, i.restricted, ${now}::timestamptz, a.started_at, i.closes_at, 'person', i.retention_class, i.purpose,
      i.site_class, case when r.alert is null then 'device' else 'person' end, r.category,
      case when r.alert is not null then 'person' end, r.created_at
    from incidents i
    join alerts a on a.incident_id = i.incident_id and a.alert = any (${[...alerts]}::text[])
    left join reports r on r.incident_id = i.incident_id and r.alert = a.alert
    where i.incident_id = ${incident}
    order by r.alert is null, a.standing, a.severity, a.started_at limit 1`.execute(trx);
}

async function lockIncidents(trx: CloudTransaction, ids: readonly string[]): Promise<readonly Row[]> {
  const { rows: compounds } = await sql<{ compound: string }>`
    select distinct compound_id as compound from incidents where incident_id = any (${[...ids]}::uuid[]) order by 1`.execute(
    trx,
  );
  for (const { compound } of compounds) await lockCompound(trx, compound);
  const { rows } = await sql<Row>`
    select incident_id as id, compound_id as compound, unit_path as "unitPath", state, exercise, restricted, version
    from incidents where incident_id = any (${[...ids]}::uuid[]) order by incident_id for no key update`.execute(trx);
  return rows;
}

function checked(rows: readonly Row[], id: string, version: number | undefined): Row {
  const row = rows.find((one) => one.id === id);
  if (!row) throw new AnGridError('subject.not-found', { op: 'incident.rearrange', subject: id });
  const isDone = isSettled(row.state);
  if (!isDone && (version === undefined || version === row.version)) return row;
  const detail = isDone ? row.state : `version ${row.version}`;
  throw new AnGridError('incident.wrong-state', { op: 'incident.rearrange', subject: id, detail });
}

function invalid(subject: string, detail: string): AnGridError {
  return new AnGridError('input.invalid', { op: 'incident.rearrange', subject, detail });
}
