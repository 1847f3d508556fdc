import { type AlertItem, kindDefinition } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import type { AlertFact } from '../correlation/facts.js';
import type { Whereabouts } from '../linking/places.js';
import type { Database } from '../schema.js';
import type { IngestContext } from './context.js';
import { isRestricted } from './restricted.js';

/** raised where it is new, cleared where it ends an active one, none where it is known. */
export interface AlertChange {
  readonly item: AlertItem;
  readonly change: 'raised' | 'cleared' | 'none';
  /** The incident that an alert which has cleared is in. */
  readonly incident: string | null;
}

export interface StoredAlerts {
  readonly changes: readonly AlertChange[];
  /** What is new and active, in the order in which it came. */
  readonly raised: readonly AlertFact[];
}

/** Writes the alert items of a batch, in three statements at most. */
export async function storeAlerts(
  trx: Transaction<Database>,
  items: readonly AlertItem[],
  whereabouts: (device: string) => Whereabouts,
  context: IngestContext,
): Promise<StoredAlerts> {
  const active = items.filter(({ data }) => data.state === 'active');
  const ended = items.filter(({ data }) => data.state === 'cleared');
  const raised = await insertAlerts(trx, active, whereabouts, context);
  const cleared = await clearAlerts(trx, ended, context);
  // The end of an alert whose beginning gave way still tells that it was there.
  const unknown = ended.filter(({ data }) => !cleared.has(data.alert));
  for (const alert of await insertAlerts(trx, unknown, whereabouts, context)) cleared.set(alert, null);
  const clearedAt = new Map(ended.map(({ data, time }) => [data.alert, Date.parse(time)]));
  const changes = changesOf(items, new Set(raised), new Map(cleared));
  const facts = changes
    .filter(({ change }) => change === 'raised')
    .map(({ item }) => factOf(item, whereabouts(item.data.device), clearedAt.get(item.data.alert) ?? null));
  return { changes, raised: facts };
}

/** Which item has changed what; the second of two equal ones nothing. */
function changesOf(
  items: readonly AlertItem[],
  raised: Set<string>,
  cleared: Map<string, string | null>,
): readonly AlertChange[] {
  return items.map((item) => {
    const { alert, state } = item.data;
    const incident = cleared.get(alert) ?? null;
    if (state === 'active') return { item, change: raised.delete(alert) ? 'raised' : 'none', incident: null };
    return { item, change: cleared.delete(alert) ? 'cleared' : 'none', incident };
  });
}

function factOf(item: AlertItem, { placeId, unitPath }: Whereabouts, clearedAt: number | null): AlertFact {
  const { data, late, exercise, sourcekind: source } = item;
  return {
    alert: data.alert,
    device: data.device,
    kind: data.kind,
    severity: data.severity,
    standing: standingOf(item),
    source,
    placeId,
    unitPath,
    late,
    exercise,
    restricted: isRestricted(item),
    at: Date.parse(data.since.wall),
    clearedAt,
    incident: null,
    heldUntil: null,
  };
}

function standingOf({ data }: AlertItem): 'alert' | 'supporting' {
  return kindDefinition(data.kind).standing === 'supporting' ? 'supporting' : 'alert';
}

/** Ends those that are active; the incident of each, by alert. */
async function clearAlerts(
  trx: Transaction<Database>,
  items: readonly AlertItem[],
  { compound }: IngestContext,
): Promise<Map<string, string | null>> {
  if (items.length === 0) return new Map();
  const { rows } = await sql<{ alert: string; incident: string | null }>`
    update alerts a set state = 'cleared', cleared_at = c.at
    from unnest(${items.map(({ data }) => data.alert)}::text[], ${items.map(({ time }) => time)}::timestamptz[])
      as c (alert, at)
    where a.compound_id = ${compound.id} and a.alert = c.alert and a.state = 'active'
    returning a.alert, a.incident_id as incident`.execute(trx);
  return new Map(rows.map(({ alert, incident }) => [alert, incident]));
}

/** The alerts that were not there before. */
async function insertAlerts(
  trx: Transaction<Database>,
  items: readonly AlertItem[],
  whereabouts: (device: string) => Whereabouts,
  context: IngestContext,
): Promise<readonly string[]> {
  if (items.length === 0) return [];
  const column = <T>(value: (item: AlertItem) => T): T[] => items.map(value);
  const data = <T>(value: (data: AlertItem['data']) => T): T[] => items.map((item) => value(item.data));
  const { rows } = await sql<{ alert: string }>`
    insert into alerts (alert, device_id, place_id, unit_path, channel, kind, rule, severity, state, standing, source_kind,
      late, exercise, restricted, event_ids, covers, started_at, cleared_at, recorded_at, retention_class, purpose,
      site_class, compound_id, gateway_id, arrived_at)
    select alert, device_id, place_id, unit_path, channel, kind, rule, severity, state, standing, source_kind, late,
      exercise, restricted, array(select jsonb_array_elements_text(event_ids)), covers, started_at,
      case when state = 'cleared' then recorded_at end, recorded_at, retention_class, purpose, site_class,
      ${context.compound.id}, ${context.gateway}, ${context.now}::timestamptz
    from unnest(
      ${data(({ alert }) => alert)}::text[],
      ${data(({ device }) => device)}::text[],
      ${data(({ device }) => whereabouts(device).placeId)}::text[],
      ${data(({ device }) => whereabouts(device).unitPath)}::text[],
      ${data(({ channel }) => channel ?? null)}::text[],
      ${data(({ kind }) => kind)}::text[],
      ${data(({ rule }) => rule)}::text[],
      ${data(({ severity }) => severity)}::smallint[],
      ${data(({ state }) => state)}::text[],
      ${column(standingOf)}::text[],
      ${column(({ sourcekind }) => sourcekind)}::text[],
      ${column(({ late }) => late)}::boolean[],
      ${column(({ exercise }) => exercise)}::boolean[],
      ${column(isRestricted)}::boolean[],
      ${data(({ events }) => JSON.stringify(events))}::jsonb[],
      ${data(({ covers }) => (covers === undefined ? null : JSON.stringify(covers)))}::jsonb[],
      ${data(({ since }) => since.wall)}::timestamptz[],
      ${column(({ time }) => time)}::timestamptz[],
      ${column(({ retentionclass }) => retentionclass)}::text[],
      ${column(({ purpose }) => purpose)}::text[],
      ${column(({ siteclass }) => siteclass)}::text[]
    ) as i (alert, device_id, place_id, unit_path, channel, kind, rule, severity, state, standing, source_kind, late,
      exercise, restricted, event_ids, covers, started_at, recorded_at, retention_class, purpose, site_class)
    on conflict do nothing
    returning alert`.execute(trx);
  return rows.map(({ alert }) => alert);
}
