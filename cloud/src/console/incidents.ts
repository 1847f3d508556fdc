import { kindDefinition } from '@angrid/contract';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { CloudTransaction } from '../database.js';
import { keepPlans } from '../platform/database/index.js';
import { alertsOfIncidents } from './alerts.js';
import { evidenceOfIncidents } from './evidence-views.js';
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
import { legsOfIncidents, silentLegsOf } from './legs.js';
import type { IncidentView } from './shapes.js';
import { unitRefs } from './unit-names.js';

export const incidentFilterSchema = z.object({
  state: z.enum(['open', 'closed', 'all']).default('all'),
  severity: severityFilter,
  unit: textFilter,
  compound: textFilter,
  q: textFilter,
  before: textFilter,
  limit: limitFilter(50, 100),
});
export type IncidentFilter = z.infer<typeof incidentFilterSchema>;

export interface IncidentPage {
  readonly incidents: readonly IncidentView[];
  readonly next: string | null;
}

/** Latest first. */
export async function listIncidents(trx: CloudTransaction, filter: IncidentFilter): Promise<IncidentPage> {
  const found = await selectRows(trx, allOf(conditionsOf(filter)), filter.limit + 1);
  const shown = found.slice(0, filter.limit);
  const last = shown.at(-1);
  const next = found.length > shown.length && last ? writeCursor({ at: last.openedAt, id: last.id }) : null;
  await keepPlans(trx);
  return { incidents: await complete(trx, shown, MOST_LISTED), next };
}

/** In a list or a message an incident shows as many alerts and pieces of evidence; an incident may have thousands. */
const MOST_LISTED = 8;
const MOST_OPENED = 2000;

export async function incidentsById(trx: CloudTransaction, ids: readonly string[]): Promise<readonly IncidentView[]> {
  const rows = await selectRows(trx, sql`i.incident_id = any (${ids}::uuid[])`, ids.length);
  return complete(trx, rows, MOST_LISTED);
}

/** With all that belongs to it, as far as a page can show it. */
export async function wholeIncident(trx: CloudTransaction, id: string): Promise<IncidentView | undefined> {
  const rows = await selectRows(trx, sql`i.incident_id = ${id}`, 1);
  const [incident] = await complete(trx, rows, MOST_OPENED);
  return incident;
}

const NO_INCIDENT = '00000000-0000-0000-0000-000000000000';

function conditionsOf(filter: IncidentFilter): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [];
  const cursor = readCursor(filter.before);
  if (cursor) {
    const id = z.guid().safeParse(cursor.id).data ?? NO_INCIDENT;
    conditions.push(sql`(i.opened_at, i.incident_id) < (${cursor.at}::timestamptz, ${id}::uuid)`);
  }
  if (filter.state === 'open') conditions.push(sql`i.state <> 'closed'`);
  if (filter.state === 'closed') conditions.push(sql`i.state = 'closed'`);
  if (filter.severity) conditions.push(sql`i.severity = any (${filter.severity}::smallint[])`);
  if (filter.compound) conditions.push(sql`i.compound_id = ${filter.compound}`);
  if (filter.unit) conditions.push(withinUnit(sql`i.unit_path`, filter.unit));
  if (filter.q) {
    const text = anywhere(filter.q);
    conditions.push(sql`(i.why::text ilike ${text}
      or exists (select from compounds c where c.compound_id = i.compound_id and c.name ilike ${text})
      or exists (
        select from places p where p.compound_id = i.compound_id and p.place_id = i.place_id and p.name ilike ${text})
      or exists (
        select from alerts a join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id
        where a.incident_id = i.incident_id and (d.name ilike ${text} or d.device_id ilike ${text})))`);
  }
  return conditions;
}

type IncidentRow = Omit<IncidentView, 'kindTitle' | 'unit' | 'alerts' | 'legs' | 'evidence' | 'silentLeg'> & {
  /** Its path. */
  readonly unit: string | null;
};

async function selectRows(
  trx: CloudTransaction,
  condition: RawBuilder<unknown>,
  limit: number,
): Promise<readonly IncidentRow[]> {
  const { rows } = await sql<IncidentRow>`
    select i.incident_id as id, i.kind, i.severity, i.state, i.why, i.confirmed_by as "confirmedBy",
      i.false_alarm as "falseAlarm", i.exercise, i.restricted, i.opened_at as "openedAt", i.last_alert_at as "lastAlertAt",
      i.closes_at as "closesAt", i.version, i.unit_path as unit, i.category, i.police,
      i.source_kind as source, i.silenced_until as "silencedUntil",
      (select count(*) from alerts a where a.incident_id = i.incident_id) as "alertCount",
      case when i.place_id is not null
        then json_build_object('id', i.place_id, 'name', coalesce(p.name, i.place_id)) end as place,
      json_build_object('id', i.compound_id, 'name', c.name) as compound
    from (
      select * from incidents i where ${condition} order by opened_at desc, incident_id desc limit ${limit}) i
    join compounds c on c.compound_id = i.compound_id
    left join places p on p.compound_id = i.compound_id and p.place_id = i.place_id
    order by i.opened_at desc, i.incident_id desc`.execute(trx);
  return rows;
}

async function complete(
  trx: CloudTransaction,
  rows: readonly IncidentRow[],
  mostOfEach: number,
): Promise<readonly IncidentView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const alertsOf = await alertsOfIncidents(trx, ids, mostOfEach);
  const legsOf = await legsOfIncidents(trx, ids);
  const silentOf = await silentLegsOf(trx, ids);
  const evidenceOf = await evidenceOfIncidents(trx, ids, mostOfEach);
  const unitOf = await unitRefs(
    trx,
    rows.map(({ unit }) => unit),
  );
  return rows.map((row) => {
    return {
      ...row,
      kindTitle: kindDefinition(row.kind).title,
      unit: unitOf(row.unit),
      alerts: alertsOf(row.id),
      legs: legsOf(row.id),
      evidence: evidenceOf(row.id),
      silentLeg: silentOf(row.id),
    };
  });
}
