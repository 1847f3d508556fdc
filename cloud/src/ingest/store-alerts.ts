import { type AlertItem, kindDefinition } from '@angrid/contract';
import { sql, type Transaction } from 'kysely';
import type { AlertFact, Decisions } from '../correlation/facts.js';
import type { Whereabouts } from '../linking/places.js';
import { send } from '../platform/database/index.js';
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

/** An alert that is not stored yet. */
export interface NewAlert {
  readonly item: AlertItem;
  /** Its end came in the same batch, or came alone; an ISO instant. */
  readonly clearedAt: string | null;
}

export interface Sifted {
  readonly changes: readonly AlertChange[];
  readonly arriving: readonly NewAlert[];
  /** What is new and active, in the order in which it came. */
  readonly raised: readonly AlertFact[];
}

/**
 * Ends what is over, and tells what is new from what is known; the new is stored by `storeAlerts`, once it has its
 * place. Two statements at most, under the lock of the compound.
 */
export async function siftAlerts(
  trx: Transaction<Database>,
  items: readonly AlertItem[],
  whereabouts: (device: string) => Whereabouts,
  context: IngestContext,
): Promise<Sifted> {
  if (items.length === 0) return { changes: [], arriving: [], raised: [] };
  const known = await knownAlerts(trx, items, context);
  const fresh = items.filter(({ data }) => !known.has(data.alert));
  const ended = items.filter(({ data }) => data.state === 'cleared');
  const cleared = await clearAlerts(
    trx,
    ended.filter(({ data }) => known.has(data.alert)),
    context,
  );
  // The end of an alert whose beginning gave way still tells that it was there.
  for (const { data } of fresh) if (data.state === 'cleared') cleared.set(data.alert, null);
  const arriving = arrivingOf(fresh);
  const changes = changesOf(items, new Set(arriving.map(({ item }) => item.data.alert)), cleared);
  const clearedAt = new Map(arriving.map((one) => [one.item.data.alert, one.clearedAt]));
  const raised = changes
    .filter(({ change }) => change === 'raised')
    .map(({ item }) => factOf(item, whereabouts(item.data.device), clearedAt.get(item.data.alert) ?? null));
  return { changes, arriving, raised };
}

/** Each new alert once: its beginning, where there is one. */
function arrivingOf(fresh: readonly AlertItem[]): readonly NewAlert[] {
  const arriving = new Map<string, NewAlert>();
  for (const item of fresh) {
    const { alert, state } = item.data;
    const before = arriving.get(alert);
    if (state === 'cleared') arriving.set(alert, { item: before?.item ?? item, clearedAt: item.time });
    else if (before?.item.data.state !== 'active') arriving.set(alert, { item, clearedAt: before?.clearedAt ?? null });
  }
  return [...arriving.values()];
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

function factOf(item: AlertItem, { placeId, unitPath }: Whereabouts, clearedAt: string | null): AlertFact {
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
    clearedAt: clearedAt === null ? null : Date.parse(clearedAt),
    incident: null,
    heldUntil: null,
  };
}

function standingOf({ data }: AlertItem): 'alert' | 'supporting' {
  return kindDefinition(data.kind).standing === 'supporting' ? 'supporting' : 'alert';
}

/** Which of them are stored. */
async function knownAlerts(
  trx: Transaction<Database>,
  items: readonly AlertItem[],
  { compound }: IngestContext,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ alert: string }>`
    select alert from alerts
    where compound_id = ${compound.id} and alert = any (${items.map(({ data }) => data.alert)}::text[])`.execute(trx);
  return new Set(rows.map(({ alert }) => alert));
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

/** Where the devices stand, and where the alerts have come to. */
interface Placing extends Pick<Decisions, 'placements'> {
  readonly whereabouts: (device: string) => Whereabouts;
}

/** Writes the alerts with the places that they have come to. One statement. */
export async function storeAlerts(
  trx: Transaction<Database>,
  arriving: readonly NewAlert[],
  { whereabouts, placements }: Placing,
  context: IngestContext,
): Promise<void> {
  if (arriving.length === 0) return;
  const placed = new Map(placements.map((each) => [each.alert, each]));
  const places = arriving.map(({ item }) => placed.get(item.data.alert));
  const data = <T>(value: (data: AlertItem['data']) => T): T[] => arriving.map(({ item }) => value(item.data));
  const column = <T>(value: (item: AlertItem) => T): T[] => arriving.map(({ item }) => value(item));
  await send(trx)`
    insert into alerts (alert, device_id, place_id, unit_path, channel, kind, rule, severity, state, standing, source_kind,
      late, exercise, restricted, event_ids, covers, started_at, cleared_at, recorded_at, incident_id, held_until,
      set_aside, retention_class, purpose, site_class, compound_id, gateway_id, arrived_at)
    select alert, device_id, place_id, unit_path, channel, kind, rule, severity,
      case when cleared_at is null then 'active' else 'cleared' end, standing, source_kind, late, exercise, restricted,
      event_ids::text[], covers, started_at, cleared_at, recorded_at, incident_id, held_until, set_aside,
      retention_class, purpose, site_class, ${context.compound.id}, ${context.gateway}, ${context.now}::timestamptz
    from unnest(
      ${data(({ alert }) => alert)}::text[],
      ${data(({ device }) => device)}::text[],
      ${data(({ device }) => whereabouts(device).placeId)}::text[],
      ${data(({ device }) => whereabouts(device).unitPath)}::text[],
      ${data(({ channel }) => channel ?? null)}::text[],
      ${data(({ kind }) => kind)}::text[],
      ${data(({ rule }) => rule)}::text[],
      ${data(({ severity }) => severity)}::smallint[],
      ${column(standingOf)}::text[],
      ${column(({ sourcekind }) => sourcekind)}::text[],
      ${column(({ late }) => late)}::boolean[],
      ${column(({ exercise }) => exercise)}::boolean[],
      ${column(isRestricted)}::boolean[],
      ${data(({ events }) => `{${events.join(',')}}`)}::text[],
      ${data(({ covers }) => (covers === undefined ? null : JSON.stringify(covers)))}::jsonb[],
      ${data(({ since }) => since.wall)}::timestamptz[],
      ${arriving.map(({ clearedAt }) => clearedAt)}::timestamptz[],
      ${column(({ time }) => time)}::timestamptz[],
      ${places.map((place) => place?.incident ?? null)}::uuid[],
      ${places.map((place) => (place?.heldUntil == null ? null : new Date(place.heldUntil)))}::timestamptz[],
      ${places.map((place) => place?.setAside ?? null)}::text[],
      ${column(({ retentionclass }) => retentionclass)}::text[],
      ${column(({ purpose }) => purpose)}::text[],
      ${column(({ siteclass }) => siteclass)}::text[]
    ) as i (alert, device_id, place_id, unit_path, channel, kind, rule, severity, standing, source_kind, late, exercise,
      restricted, event_ids, covers, started_at, cleared_at, recorded_at, incident_id, held_until, set_aside,
      retention_class, purpose, site_class)`;
}
