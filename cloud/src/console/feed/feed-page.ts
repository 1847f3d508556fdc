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

export interface FeedRequest extends Pick<FeedWindow, 'after' | 'batches'> {
  readonly topics: readonly Topic[];
  readonly now: Date;
  readonly silenceMs: number;
}

/** What one transaction has told. */
export interface FeedBatch {
  readonly id: number;
  /** The position before that of its first row. */
  readonly before: number;
  readonly at: Date;
}

/** A part of the feed: what follows `after` in whole batches. */
export interface FeedWindow {
  readonly after: number;
  readonly upTo: number;
  readonly batches: readonly FeedBatch[];
  /** There may be more behind it. */
  readonly full: boolean;
  /** Where something has happened. */
  readonly affected: readonly Affected[];
}

/** Rows of a window; the batch that exceeds it is its last. */
const WINDOW = 500;

interface PlacedBatch extends FeedBatch {
  readonly position: number;
}

/** What comes next after a position; needs a scope that sees all of its compounds. */
export async function nextWindow(trx: CloudTransaction, after: number): Promise<FeedWindow> {
  const { rows } = await sql<PlacedBatch>`
    select batch_id as id, position, position - size as before, created_at as at from feed_batches
    where position > ${after} order by position limit ${WINDOW}`.execute(trx);
  const batches = rows.filter(({ before }) => before - after < WINDOW);
  const last = batches.at(-1);
  if (last === undefined) return { after, upTo: after, batches, full: false, affected: [] };
  const full = last.position - after >= WINDOW;
  return { after, upTo: last.position, batches, full, affected: await affectedWithin(trx, { after, batches }) };
}

/** The rows of a window, with their positions and times. Goes by keys, whatever is known of the tables. */
const saidIn = ({ after, batches }: Pick<FeedWindow, 'after' | 'batches'>) => sql`(
  select b.before + f.nr as position, f.topic, f.subject, f.compound_id, f.unit_path, b.at
  from unnest(${batches.map(({ id }) => id)}::bigint[], ${batches.map(({ before }) => before)}::bigint[],
    ${batches.map(({ at }) => at)}::timestamptz[]) as b (batch_id, before, at)
  join feed f on f.batch_id = b.batch_id
  where b.before + f.nr > ${after})`;

/** By its own paths, and those of the alerts and pushes of its incidents. */
async function affectedWithin(
  trx: CloudTransaction,
  window: Pick<FeedWindow, 'after' | 'batches'>,
): Promise<readonly Affected[]> {
  const { rows } = await sql<Affected>`
    with said as (select distinct compound_id, unit_path, topic, subject from ${saidIn(window)} row),
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
    select position, topic, subject, compound_id as compound, at
    from ${saidIn(request)} row where topic = any (${request.topics}::text[])
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
    select coalesce((select position - size + 1 from feed_batches where position is not null order by position limit 1), 0)
        as oldest,
      coalesce(max(position), 0) as latest
    from feed_batches`.execute(trx);
  return rows[0] ?? { oldest: 0, latest: 0 };
}
