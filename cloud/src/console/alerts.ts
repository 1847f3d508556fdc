import { type EventKind, eventKinds, kindDefinition, type Severity } from '@angrid/contract';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
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
import type { AlertView, Named } from './shapes.js';
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

interface AlertRow extends Omit<AlertView, 'kindTitle' | 'unit'> {
  readonly kind: EventKind;
  readonly severity: Severity;
  readonly unitPath: string | null;
  readonly compound: Named;
}

export interface AlertPage {
  readonly alerts: readonly AlertView[];
  readonly next: string | null;
}

/** Latest first. */
export async function listAlerts(trx: CloudTransaction, filter: AlertFilter): Promise<AlertPage> {
  const alerts = await selectAlerts(trx, allOf(conditionsOf(filter)), filter.limit + 1);
  const shown = alerts.slice(0, filter.limit);
  const last = shown.at(-1);
  const next = alerts.length > shown.length && last ? writeCursor({ at: last.startedAt, id: last.alert }) : null;
  return { alerts: shown, next };
}

export function alertsById(trx: CloudTransaction, ids: readonly string[]): Promise<readonly AlertView[]> {
  return selectAlerts(trx, sql`a.alert = any (${ids}::text[])`);
}

/** The most severe of each incident, of these the latest; latest first. */
export function alertsOfIncidents(
  trx: CloudTransaction,
  incidents: readonly string[],
  mostOfEach: number,
): Promise<readonly AlertView[]> {
  const shown = sql`
    select of.alert from unnest(${incidents}::uuid[]) i (id) cross join lateral (
      select alert from alerts where incident_id = i.id order by severity, started_at desc, alert limit ${mostOfEach}) of`;
  return selectAlerts(trx, sql`a.alert in (${shown})`, mostOfEach * incidents.length);
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
    conditions.push(sql`(d.name ilike ${text} or a.device_id ilike ${text} or p.name ilike ${text}
      or c.name ilike ${text})`);
  }
  return conditions;
}

async function selectAlerts(
  trx: CloudTransaction,
  condition: RawBuilder<unknown>,
  limit = 2000,
): Promise<readonly AlertView[]> {
  const { rows } = await sql<AlertRow>`
    select a.alert, a.kind, a.severity, a.state, a.standing, a.late, a.exercise, a.channel, a.rule,
      a.started_at as "startedAt", a.cleared_at as "clearedAt", i.incident_id as "incidentId", a.set_aside as "setAside",
      a.restricted,
      a.unit_path as "unitPath",
      json_build_object('id', a.device_id, 'name', coalesce(d.name, g.name, a.device_id), 'kind', coalesce(d.kind, 'sensor'))
        as device,
      case when a.place_id is not null
        then json_build_object('id', a.place_id, 'name', coalesce(p.name, a.place_id)) end as place,
      json_build_object('id', a.compound_id, 'name', c.name) as compound,
      coalesce((
        select json_agg(json_build_object('id', e.evidence, 'kind', e.kind, 'complete', e.complete_at is not null)
          order by e.kind desc, e.span_from, e.evidence)
        from alert_evidence ae join evidence e on e.evidence = ae.evidence
        where ae.alert = a.alert), '[]') as evidence,
      coalesce((
        select json_agg(json_build_object('id', camera.device_id, 'name', camera.name) order by camera.name)
        from camera_links l
        join devices camera on camera.compound_id = l.compound_id and camera.device_id = l.camera_id
        where l.compound_id = a.compound_id and l.door_id = a.device_id), '[]') as cameras,
      case when a.covers is not null then json_build_object('count', a.covers -> 'count', 'devices', (
        select json_agg(json_build_object('id', covered.id, 'name', coalesce(o.name, covered.id)) order by o.name)
        from jsonb_array_elements_text(a.covers -> 'devices') covered(id)
        left join devices o on o.compound_id = a.compound_id and o.device_id = covered.id)) end as covers
    from alerts a
    join compounds c on c.compound_id = a.compound_id
    left join incidents i on i.incident_id = a.incident_id
    left join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id
    left join gateways g on g.compound_id = a.compound_id and g.gateway_id = a.device_id
    left join places p on p.compound_id = a.compound_id and p.place_id = a.place_id
    where ${condition}
    order by a.started_at desc, a.alert desc
    limit ${limit}`.execute(trx);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ unitPath }) => unitPath),
  );
  return rows.map(({ unitPath, ...row }) => ({
    ...row,
    kindTitle: kindDefinition(row.kind).title,
    unit: unitOf(unitPath),
  }));
}
