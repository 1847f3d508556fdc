import { sql } from 'kysely';
import type { CloudTransaction } from '../../database.js';
import type { FeedEntry } from '../../dispatch/feed.js';
import { alertsById } from '../alerts.js';
import { doorsByKey } from '../doors.js';
import { gatewaysById } from '../gateways.js';
import { incidentsById } from '../incidents.js';
import type { AlertView, IncidentView } from '../shapes.js';
import type { Affected } from './readings.js';

export type Topic = FeedEntry['topic'];

export interface FeedRow {
  readonly position: number;
  readonly topic: Topic;
  readonly subject: string;
  readonly compound: string;
  readonly at: Date;
}

export interface FeedMessage {
  readonly position: number;
  /** The subject as it is now, in the shape of the console API, as server-sent events write it. */
  readonly text: string;
}

export interface FeedPage {
  readonly messages: readonly FeedMessage[];
  readonly incidents: readonly IncidentView[];
}

export interface FeedRequest extends Pick<FeedWindow, 'after' | 'upTo'> {
  readonly topics: readonly Topic[];
  readonly now: Date;
  readonly silenceMs: number;
}

/** A part of the feed. */
export interface FeedWindow {
  readonly after: number;
  readonly upTo: number;
  /** There may be more behind it. */
  readonly full: boolean;
  /** Where something has happened. */
  readonly affected: readonly Affected[];
}

const WINDOW = 500;

/** What comes next after a position; needs a scope that sees all of its compounds. */
export async function nextWindow(trx: CloudTransaction, after: number): Promise<FeedWindow> {
  const { rows } = await sql<{ upTo: number | null; rows: number }>`
    select max(position) as "upTo", count(*) as rows
    from (select position from feed where position > ${after} order by position limit ${WINDOW}) next`.execute(trx);
  const [{ upTo, rows: found } = { upTo: null, rows: 0 }] = rows;
  if (upTo === null) return { after, upTo: after, full: false, affected: [] };
  return { after, upTo, full: found === WINDOW, affected: await affectedWithin(trx, after, upTo) };
}

/** By its own paths, and those of the alerts and pushes of its incidents. */
async function affectedWithin(trx: CloudTransaction, after: number, upTo: number): Promise<readonly Affected[]> {
  const { rows } = await sql<Affected>`
    with said as (
      select distinct compound_id, unit_path, topic, subject from feed where position > ${after} and position <= ${upTo}),
    meant as (
      select subject::uuid as id from said where topic = 'incident'
      union select incident_id from alerts where alert in (select subject from said where topic = 'alert')),
    paths as (
      select compound_id, unit_path as path from said
      union select i.compound_id, p.path from incidents i, unnest(i.unit_path || i.shared_paths) p (path)
        where i.incident_id in (select id from meant)
      union select compound_id, unit_path from alerts where incident_id in (select id from meant)
      union select l.compound_id, p.path from legs l, unnest(array[l.unit_path, l.to_unit]) p (path)
        where l.incident_id in (select id from meant))
    select compound_id as compound, coalesce(array_agg(path order by path) filter (where path is not null), '{}') as paths
    from paths group by compound_id order by compound_id`.execute(trx);
  return rows;
}

/**
 * What happened in a window of the feed, as the transaction's scope sees it. Several entries of one subject become one,
 * at the last of their positions; a subject that the scope does not see is left out.
 */
export async function readFeedPage(trx: CloudTransaction, request: FeedRequest): Promise<FeedPage> {
  const { rows } = await sql<FeedRow>`
    select position, topic, subject, compound_id as compound, created_at as at
    from feed
    where position > ${request.after} and position <= ${request.upTo} and topic = any (${request.topics}::text[])
    order by position`.execute(trx);
  const latest = [...new Map(rows.map((row) => [keyOf(row), row])).values()];
  const { payloads, incidents } = await payloadsOf(trx, latest, request);
  const messages: FeedMessage[] = [];
  for (const row of latest) {
    const payload = payloads.get(keyOf(row));
    if (payload !== undefined) messages.push({ position: row.position, text: sseMessage(row, payload) });
  }
  return { messages, incidents };
}

const keyOf = ({ topic, compound, subject }: FeedRow): string => `${topic} ${compound}/${subject}`;

async function payloadsOf(
  trx: CloudTransaction,
  rows: readonly FeedRow[],
  { now, silenceMs }: FeedRequest,
): Promise<{ payloads: Map<string, unknown>; incidents: readonly IncidentView[] }> {
  const subjects = (topic: Topic): string[] => rows.filter((row) => row.topic === topic).map(({ subject }) => subject);
  const doorKeys = rows.filter(({ topic }) => topic === 'device').map((row) => `${row.compound}/${row.subject}`);
  const [incidentIds, alertIds, gatewayIds] = [subjects('incident'), subjects('alert'), subjects('gateway')];

  const payloads = new Map<string, unknown>();
  const incidents = incidentIds.length > 0 ? await incidentsById(trx, incidentIds) : [];
  for (const view of incidents) payloads.set(`incident ${view.compound.id}/${view.id}`, view);
  const alerts = await alertViews(trx, alertIds, incidents);
  for (const view of alerts) payloads.set(`alert ${view.compound.id}/${view.alert}`, view);
  const gateways = gatewayIds.length > 0 ? await gatewaysById(trx, gatewayIds, { now, silenceMs }) : [];
  for (const view of gateways) payloads.set(`gateway ${view.compound.id}/${view.id}`, view);
  const doors = doorKeys.length > 0 ? await doorsByKey(trx, doorKeys, now) : [];
  for (const view of doors) payloads.set(`device ${view.compound.id}/${view.id}`, view);
  return { payloads, incidents };
}

/** Most alerts of a page stand in its incidents already. */
async function alertViews(
  trx: CloudTransaction,
  ids: readonly string[],
  incidents: readonly IncidentView[],
): Promise<readonly AlertView[]> {
  const wanted = new Set(ids);
  const found = incidents.flatMap(({ alerts }) => alerts).filter(({ alert }) => wanted.delete(alert));
  return wanted.size === 0 ? found : [...found, ...(await alertsById(trx, [...wanted]))];
}

function sseMessage({ position, topic, subject, compound, at }: FeedRow, payload: unknown): string {
  return `id: ${position}\nevent: ${topic}\ndata: ${JSON.stringify({ topic, subject, compound, at, payload })}\n\n`;
}

export interface FeedEnds {
  /** The oldest position that can still be replayed; 0 where there is none. */
  readonly oldest: number;
  readonly latest: number;
}

/** Where the feed begins and ends; needs a scope that sees all. */
export async function feedEnds(trx: CloudTransaction): Promise<FeedEnds> {
  const { rows } = await sql<FeedEnds>`
    select coalesce(min(position), 0) as oldest, coalesce(max(position), 0) as latest from feed`.execute(trx);
  return rows[0] ?? { oldest: 0, latest: 0 };
}
