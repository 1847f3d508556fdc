import { type EventKind, eventKinds, kindDefinition, type Severity } from '@angrid/contract';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { type Origin, type Source, sourcesOf } from './alert-sources.js';
import {
  allOf,
  anywhere,
  limitFilter,
  readCursor,
  severityFilter,
  textFilter,
  withinUnit,
  writeCursor,
} from './filters.js';
import { listsOf } from './lists.js';
import type { AlertView } from './shapes.js';
import { unitRefs } from './unit-names.js';

export const alertFilterSchema = z.object({
  state: z.enum(['active', 'cleared']).optional(),
  severity: severityFilter,
  kind: z.enum(eventKinds).optional(),
  unit: textFilter,
  compound: textFilter,
  q: textFilter,
  standing: z.enum(['alert', 'all']).default('alert'),
  before: textFilter,
  limit: limitFilter(50, 200),
});
export type AlertFilter = z.infer<typeof alertFilterSchema>;

/** Where the view names things, the row has ids; for its unit the path. */
interface AlertRow extends Omit<AlertView, 'kindTitle' | 'unit' | keyof Source>, Origin {
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly unit: string | null;
}

export interface AlertPage {
  readonly alerts: readonly AlertView[];
  readonly next: string | null;
}

/** Latest first. */
export async function listAlerts(trx: CloudTransaction, filter: AlertFilter): Promise<AlertPage> {
  const alerts = await selectAlerts(trx, { where: allOf(conditionsOf(filter)), limit: filter.limit + 1 });
  const shown = alerts.slice(0, filter.limit);
  const last = shown.at(-1);
  const next = alerts.length > shown.length && last ? writeCursor({ at: last.startedAt, id: last.alert }) : null;
  return { alerts: shown, next };
}

export function alertsById(trx: CloudTransaction, ids: readonly string[]): Promise<readonly AlertView[]> {
  return selectAlerts(trx, { where: sql`a.alert = any (${ids}::text[])` });
}

/** The most severe of each incident, of these the latest; in the order in which they began. */
export async function alertsOfIncidents(
  trx: CloudTransaction,
  incidents: readonly string[],
  mostOfEach: number,
): Promise<(incident: string | null) => readonly AlertView[]> {
  const shown = sql`unnest(${incidents}::uuid[]) of (incident) cross join lateral (
    select * from alerts where incident_id = of.incident order by severity, started_at desc, alert limit ${mostOfEach})`;
  const latestFirst = await selectAlerts(trx, { from: shown, limit: mostOfEach * incidents.length });
  return listsOf(latestFirst.toReversed().map((alert) => [alert.incidentId, alert]));
}

function conditionsOf(filter: AlertFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [];
  const cursor = readCursor(filter.before);
  if (cursor) conditions.push(sql`(a.started_at, a.alert) < (${cursor.at}::timestamptz, ${cursor.id})`);
  if (filter.standing === 'alert') conditions.push(sql`a.standing = 'alert'`);
  if (filter.state) conditions.push(sql`a.state = ${filter.state}`);
  if (filter.severity) conditions.push(sql`a.severity = any (${filter.severity}::smallint[])`);
  if (filter.kind) conditions.push(sql`a.kind = ${filter.kind}`);
  if (filter.compound) conditions.push(sql`a.compound_id = ${filter.compound}`);
  if (filter.unit) conditions.push(withinUnit(sql`a.unit_path`, filter.unit));
  if (filter.q) {
    const text = anywhere(filter.q);
    conditions.push(sql`(a.device_id ilike ${text}
      or exists (select from devices d where d.compound_id = a.compound_id and d.device_id = a.device_id and d.name ilike ${text})
      or exists (select from places p where p.compound_id = a.compound_id and p.place_id = a.place_id and p.name ilike ${text})
      or exists (select from compounds c where c.compound_id = a.compound_id and c.name ilike ${text}))`);
  }
  return conditions;
}

interface Selection {
  /** Rows of alerts; of all where not given. */
  readonly from?: RawBuilder<unknown>;
  readonly where?: RawBuilder<unknown>;
  readonly limit?: number;
}

async function selectAlerts(
  trx: CloudTransaction,
  { from = sql`alerts`, where = sql`true`, limit = 2000 }: Selection,
): Promise<readonly AlertView[]> {
  const { rows } = await sql<AlertRow>`
    select a.alert, a.kind, a.severity, a.state, a.standing, a.late, a.exercise, a.channel, a.rule,
      a.started_at as "startedAt", a.cleared_at as "clearedAt", i.incident_id as "incidentId", a.set_aside as "setAside",
      a.restricted,
      a.unit_path as unit, a.compound_id as compound, a.device_id as device, a.place_id as place,
      coalesce((
        select json_agg(json_build_object('id', e.evidence, 'kind', e.kind, 'complete', e.complete_at is not null)
          order by e.kind desc, e.span_from, e.evidence)
        from alert_evidence ae join evidence e on e.evidence = ae.evidence
        where ae.alert = a.alert), '[]') as evidence,
      case when a.covers is not null then json_build_object('count', a.covers -> 'count', 'devices', (
        select json_agg(json_build_object('id', covered.id, 'name', coalesce(o.name, covered.id)) order by o.name)
        from jsonb_array_elements_text(a.covers -> 'devices') covered(id)
        left join devices o on o.compound_id = a.compound_id and o.device_id = covered.id)) end as covers
    from ${from} a
    left join incidents i on i.incident_id = a.incident_id
    where ${where}
    order by a.started_at desc, a.alert desc
    limit ${limit}`.execute(trx);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ unit }) => unit),
  );
  const sourceOf = await sourcesOf(trx, rows);
  return rows.flatMap((row) => {
    const source = sourceOf(row);
    return source ? [{ ...row, ...source, kindTitle: kindDefinition(row.kind).title, unit: unitOf(row.unit) }] : [];
  });
}
