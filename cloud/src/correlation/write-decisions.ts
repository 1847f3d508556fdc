import type { CloudTransaction } from '../database.js';
import type { IngestContext } from '../ingest/context.js';
import { send } from '../platform/database/index.js';
import { noteSteps } from './incident-log.js';
import type { AlertFact, Decisions, IncidentChange } from './facts.js';

export interface Writing extends Pick<IngestContext, 'compound' | 'now'> {
  /** Name of the rule set that has decided. */
  readonly rules: string;
  /** Alerts that are not stored yet. */
  readonly arriving: readonly AlertFact[];
}

/**
 * Writes what has been decided, in four statements whatever its size. The places of alerts that are not stored yet are
 * written with them.
 */
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
  const steps = decisions.log.map((line) => ({ ...line, compound: writing.compound.id }));
  await noteSteps(trx, steps, writing.now);
}

async function openIncidents(
  trx: CloudTransaction,
  incidents: readonly IncidentChange[],
  { compound, now, rules }: Writing,
): Promise<void> {
  if (incidents.length === 0) return;
  const column = <T>(value: (change: IncidentChange) => T): T[] => incidents.map(value);
  await send(trx)`
    insert into incidents (incident_id, place_id, unit_path, kind, severity, why, confirmed_by, confirmed_at, exercise,
      restricted, last_alert_at, closes_at, rule, version, purpose, compound_id, state, opened_at, retention_class,
      site_class)
    select *, ${compound.id}, 'open', ${now}::timestamptz, 'alarm', ${compound.siteClass} from unnest(
      ${column(({ incident }) => incident)}::uuid[],
      ${column(({ placeId }) => placeId)}::text[],
      ${column(({ unitPath }) => unitPath)}::text[],
      ${column(({ kind }) => kind)}::text[],
      ${column(({ severity }) => severity)}::smallint[],
      ${column(({ why }) => JSON.stringify(why))}::jsonb[],
      ${column(({ confirmedBy }) => confirmedBy)}::text[],
      ${column(({ confirmedBy }) => (confirmedBy === null ? null : now))}::timestamptz[],
      ${column(({ exercise }) => exercise)}::boolean[],
      ${column(({ restricted }) => restricted)}::boolean[],
      ${column(({ lastAt }) => new Date(lastAt ?? now))}::timestamptz[],
      ${column(({ closesAt }) => new Date(closesAt))}::timestamptz[],
      ${column(({ rule }) => `${rule}@${rules}`)}::text[],
      ${column(({ changes }) => 1 + changes)}::integer[],
      ${column(({ exercise }) => (exercise ? 'exercise' : compound.purpose))}::text[])`;
}

async function changeIncidents(
  trx: CloudTransaction,
  incidents: readonly IncidentChange[],
  { compound, now }: Writing,
): Promise<void> {
  if (incidents.length === 0) return;
  const column = <T>(value: (change: IncidentChange) => T): T[] => incidents.map(value);
  await send(trx)`
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
    where i.compound_id = ${compound.id} and i.incident_id = c.incident_id`;
}

async function placeAlerts(trx: CloudTransaction, decisions: Decisions, writing: Writing): Promise<void> {
  const arriving = new Set(writing.arriving.map(({ alert }) => alert));
  const placements = decisions.placements.filter(({ alert }) => !arriving.has(alert));
  if (placements.length === 0) return;
  await send(trx)`
    update alerts a set incident_id = p.incident, held_until = p.held_until, set_aside = p.set_aside
    from unnest(
      ${placements.map(({ alert }) => alert)}::text[],
      ${placements.map(({ incident }) => incident)}::uuid[],
      ${placements.map(({ heldUntil }) => (heldUntil === null ? null : new Date(heldUntil)))}::timestamptz[],
      ${placements.map(({ setAside }) => setAside)}::text[]
    ) as p (alert, incident, held_until, set_aside)
    where a.compound_id = ${writing.compound.id} and a.alert = p.alert`;
}
