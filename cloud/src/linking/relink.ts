import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { announce, type FeedEntry } from '../dispatch/feed.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { TreeChange } from '../units/tree.js';
import { applyLinks } from './apply-links.js';
import { unitOfPlace } from './places.js';

interface Moved {
  readonly incident: string;
  readonly compound: string;
  readonly restricted: boolean;
  readonly from: string | null;
  readonly to: string;
}

/**
 * Links anew after a change: places and devices by their position or register, then open work by its place. What is
 * closed keeps the path that it had. Sees what is restricted, too, and is silent about it to all but the entitled.
 */
export async function relink(trx: CloudTransaction, now: Date): Promise<number> {
  await applyLinks(trx, now);
  return withRestricted(trx, async () => {
    await placeAlerts(trx, now);
    const moved = await moveIncidents(trx, now);
    await noteMoves(trx, moved, now);
    return moved.length;
  });
}

/** Looks at all links again: for what was linked at a gateway, or opened while a tree was being changed. */
export function relinkAll(db: CloudDatabase, now: Date): Promise<number> {
  return withScope(db.service, systemScope('relink'), (trx) => relink(trx, now));
}

/** Open work without a place, and accounts, go where the path of their unit leads now. */
export async function followPaths(trx: CloudTransaction, { paths, ended }: TreeChange): Promise<void> {
  if (paths.length === 0) return;
  const from = paths.map((path) => path.from);
  const one = paths.map((path) => (path.to.length === 1 ? path.to[0] : above(path.from)));
  await withRestricted(trx, async () => {
    await sql`
      update incidents i set unit_path = m.goes from unnest(${from}::text[], ${one}::text[]) m (was, goes)
      where i.unit_path = m.was and i.place_id is null and i.state <> 'closed'`.execute(trx);
  });
  const gone = new Set(ended.filter(({ change }) => change === 'end').map(({ id }) => id));
  const leads = new Map(paths.filter((path) => !gone.has(lastOf(path.from))).map((path) => [path.from, path.to]));
  const { rows } = await sql<{ id: string; paths: string[] }>`
    select account_id as id, unit_paths as paths from accounts where unit_paths && ${from}::text[]`.execute(trx);
  for (const account of rows) {
    const now = [...new Set(account.paths.flatMap((path) => leads.get(path) ?? [path]))];
    await sql`update accounts set unit_paths = ${now}::text[] where account_id = ${account.id}`.execute(trx);
  }
}

/** Alerts of open incidents whose device had no place yet. */
async function placeAlerts(trx: CloudTransaction, now: Date): Promise<void> {
  await sql`
    update alerts a set place_id = dp.place_id from incidents i, device_places dp
    where i.incident_id = a.incident_id and i.state <> 'closed' and a.place_id is null
      and dp.compound_id = a.compound_id and dp.device_id = a.device_id and dp.valid @> ${now}::timestamptz`.execute(
    trx,
  );
  await sql`
    update incidents i set place_id = first.place_id
    from (select distinct on (incident_id) incident_id, place_id from alerts
      where place_id is not null and incident_id in (select incident_id from incidents where state <> 'closed')
      order by incident_id, started_at) first
    where i.incident_id = first.incident_id and i.place_id is null and i.state <> 'closed'`.execute(trx);
}

async function moveIncidents(trx: CloudTransaction, now: Date): Promise<readonly Moved[]> {
  const { rows } = await sql<Moved>`
    with goes as (
      select i.incident_id as id, i.unit_path as was, w.path
      from incidents i, lateral (${unitOfPlace(sql`i.compound_id`, sql`i.place_id`, now)}) w
      where i.state <> 'closed' and w.path is distinct from i.unit_path)
    update incidents i set unit_path = goes.path from goes where i.incident_id = goes.id
    returning i.incident_id as incident, i.compound_id as compound, i.restricted, goes.was as from, goes.path as to`.execute(
    trx,
  );
  const ids = rows.map(({ incident }) => incident);
  await sql`
    with goes as (
      select a.alert, a.compound_id, w.path
      from alerts a join incidents i on i.incident_id = a.incident_id,
        lateral (${unitOfPlace(sql`a.compound_id`, sql`a.place_id`, now)}) w
      where i.state <> 'closed' and w.path is distinct from a.unit_path)
    update alerts a set unit_path = goes.path from goes
    where a.alert = goes.alert and a.compound_id = goes.compound_id`.execute(trx);
  if (ids.length === 0) return rows;
  await sql`
    update legs l set unit_path = m.goes
    from unnest(${ids}::uuid[], ${rows.map(({ from }) => from)}::text[], ${rows.map(({ to }) => to)}::text[]) m (id, was, goes)
    where l.incident_id = m.id and l.unit_path is not distinct from m.was`.execute(trx);
  return rows;
}

async function noteMoves(trx: CloudTransaction, moved: readonly Moved[], now: Date): Promise<void> {
  if (moved.length === 0) return;
  const rows = moved.map(({ incident, compound, from, to }) => ({
    incident_id: incident,
    compound_id: compound,
    at: now,
    actor: 'system',
    action: 'relinked',
    note: null,
    detail: JSON.stringify({ from, to }),
  }));
  await trx.insertInto('incident_log').values(rows).execute();
  const news = moved.map(({ incident, compound, restricted, to }): FeedEntry => {
    return { topic: 'incident', subject: incident, compound, unitPath: to, restricted };
  });
  await announce(trx, news, now);
}

async function withRestricted<Result>(trx: CloudTransaction, work: () => Promise<Result>): Promise<Result> {
  const { rows } = await sql<{ was: string }>`
    select coalesce(current_setting('angrid.restricted', true), '') as was`.execute(trx);
  await sql`select set_config('angrid.restricted', 'all', true)`.execute(trx);
  const result = await work();
  await sql`select set_config('angrid.restricted', ${rows[0]?.was ?? ''}, true)`.execute(trx);
  return result;
}

const above = (path: string): string => path.split('/').slice(0, -1).join('/');
const lastOf = (path: string): string => path.split('/').at(-1) ?? path;
