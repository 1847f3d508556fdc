import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { IngestContext } from '../ingest/context.js';
import type { Decisions, IncidentChange } from './facts.js';

export interface Writing extends Pick<IngestContext, 'compound' | 'now'> {
  /** Name of the rule set that has decided. */
  readonly rules: string;
}

/** Writes what has been decided, in four statements whatever its size. */
export async function writeDecisions(trx: CloudTransaction, decisions: Decisions, writing: Writing): Promise<void> {
  await openIncidents(
    trx,
    decisions.incidents.filter(({ opened }) => opened),
    writing,
  );
  await changeIncidents(
    trx,
    decisions.incidents.filter(({ opened }) => !opened),
    writing,
  );
  await placeAlerts(trx, decisions, writing);
  await writeLog(trx, decisions, writing);
}

async function openIncidents(
  trx: CloudTransaction,
  incidents: readonly IncidentChange[],
  { compound, now, rules }: Writing,
): Promise<void> {
  if (incidents.length === 0) return;
  const rows = incidents.map((each) => ({
    incident_id: each.incident,
    compound_id: compound.id,
    place_id: each.placeId,
    unit_path: each.unitPath,
    kind: each.kind,
    severity: each.severity,
    state: 'open' as const,
    why: JSON.stringify(each.why),
    confirmed_by: each.confirmedBy,
    confirmed_at: each.confirmedBy === null ? null : now,
    exercise: each.exercise,
    restricted: each.restricted,
    opened_at: now,
    last_alert_at: new Date(each.lastAt ?? now),
    closes_at: new Date(each.closesAt),
    rule: `${each.rule}@${rules}`,
    version: 1 + each.changes,
    retention_class: 'alarm',
    purpose: each.exercise ? 'exercise' : compound.purpose,
    site_class: compound.siteClass,
  }));
  await trx.insertInto('incidents').values(rows).execute();
}

async function changeIncidents(
  trx: CloudTransaction,
  incidents: readonly IncidentChange[],
  { compound, now }: Writing,
): Promise<void> {
  if (incidents.length === 0) return;
  const column = <T>(value: (change: IncidentChange) => T): T[] => incidents.map(value);
  await sql`
    update incidents i set kind = c.kind, severity = least(i.severity, c.severity), place_id = c.place_id,
      unit_path = c.unit_path, why = coalesce(c.why, i.why), version = i.version + c.changes,
      confirmed_at = case when c.confirmed then ${now}::timestamptz else i.confirmed_at end,
      confirmed_by = c.confirmed_by,
      last_alert_at = coalesce(c.last_at, i.last_alert_at)
    from unnest(
      ${column(({ incident }) => incident)}::uuid[],
      ${column(({ kind }) => kind)}::text[],
      ${column(({ severity }) => severity)}::smallint[],
      ${column(({ placeId }) => placeId)}::text[],
      ${column(({ unitPath }) => unitPath)}::text[],
      ${column(({ why }) => (why === undefined ? null : JSON.stringify(why)))}::jsonb[],
      ${column(({ changes }) => changes)}::integer[],
      ${column(({ confirmed }) => confirmed)}::boolean[],
      ${column(({ confirmedBy }) => confirmedBy)}::text[],
      ${column(({ lastAt }) => (lastAt === null ? null : new Date(lastAt)))}::timestamptz[]
    ) as c (incident_id, kind, severity, place_id, unit_path, why, changes, confirmed, confirmed_by, last_at)
    where i.compound_id = ${compound.id} and i.incident_id = c.incident_id`.execute(trx);
}

async function placeAlerts(trx: CloudTransaction, { placements }: Decisions, { compound }: Writing): Promise<void> {
  if (placements.length === 0) return;
  await sql`
    update alerts a set incident_id = p.incident, held_until = p.held_until, set_aside = p.set_aside
    from unnest(
      ${placements.map(({ alert }) => alert)}::text[],
      ${placements.map(({ incident }) => incident)}::uuid[],
      ${placements.map(({ heldUntil }) => (heldUntil === null ? null : new Date(heldUntil)))}::timestamptz[],
      ${placements.map(({ setAside }) => setAside)}::text[]
    ) as p (alert, incident, held_until, set_aside)
    where a.compound_id = ${compound.id} and a.alert = p.alert`.execute(trx);
}

async function writeLog(trx: CloudTransaction, { log }: Decisions, { compound, now }: Writing): Promise<void> {
  if (log.length === 0) return;
  const rows = log.map(({ incident, action, detail }) => ({
    incident_id: incident,
    compound_id: compound.id,
    at: now,
    actor: 'system',
    action,
    note: null,
    detail: JSON.stringify(detail),
  }));
  await trx.insertInto('incident_log').values(rows).execute();
}
