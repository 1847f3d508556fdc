import { sql } from 'kysely';
import { tellScopesChanged } from '../accounts/sessions.js';
import { noteSteps } from '../correlation/incident-log.js';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { announceIncidents } from '../dispatch/announce-incidents.js';
import { announce } from '../dispatch/feed.js';
import { holdLock, systemScope, withScope } from '../platform/database/index.js';
import { bumpSite } from '../sites/site-config.js';
import type { PathChange, TreeChange } from '../units/tree.js';
import { applyLinks } from './apply-links.js';
import { followCalled, followIncidents, type MovedIncident } from './follow-incidents.js';
import { followPaths } from './path-holders.js';
import { changedOf, heirOf } from './path-map.js';
import { ownUnitOf, unitOfPlace } from './places.js';

/**
 * Links anew after a change: places and devices by their position or register, then open work by where it is, then,
 * after a change of a tree, all that stands at its units. What is over keeps the path that it had. Sees what is
 * restricted, too, and is silent about it to all but the entitled. One at a time, over all processes.
 */
export async function relink(trx: CloudTransaction, now: Date, change?: TreeChange): Promise<number> {
  await holdLock('links').execute(trx);
  await tellChanged(trx, await applyLinks(trx, now), now);
  return withRestricted(trx, async () => {
    await placeAlerts(trx, now);
    const moved = [...(await moveIncidents(trx, now)), ...(await moveAlong(trx, change?.paths ?? []))];
    await followIncidents(trx, moved);
    await linkAlerts(trx, now);
    for (const holder of placed) await followPlaces(trx, holder, now);
    if (change && change.paths.length > 0) {
      await followCalled(trx, change.paths);
      await followPaths(trx, change, now);
    }
    await noteMoves(trx, moved, now);
    return moved.length;
  });
}

/** Gateways are told the units of their places, and who answers for these units sees what stands there. */
async function tellChanged(trx: CloudTransaction, compounds: ReadonlySet<string>, now: Date): Promise<void> {
  if (compounds.size === 0) return;
  for (const compound of [...compounds].sort()) await bumpSite(trx, compound, now);
  await tellScopesChanged(trx);
}

/** Looks at all links again: for what was linked at a gateway, or opened while a tree was being changed. */
export function relinkAll(db: CloudDatabase, now: Date): Promise<number> {
  return withScope(db.service, systemScope('relink'), (trx) => relink(trx, now));
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

const returning = sql`
  returning i.incident_id as incident, i.compound_id as compound, i.restricted, goes.was as from, goes.path as to`;

/** By place; where that has no unit, by the first device that has one of its own. */
async function moveIncidents(trx: CloudTransaction, now: Date): Promise<readonly MovedIncident[]> {
  const { rows } = await sql<MovedIncident>`
    with goes as (
      select i.incident_id as id, i.unit_path as was, coalesce(
        (${unitOfPlace(sql`i.compound_id`, sql`i.place_id`, now)}), (
          select own.path from alerts a
          join devices d on d.compound_id = a.compound_id and d.device_id = a.device_id
          join units own on own.unit_id = d.unit_id
          where a.incident_id = i.incident_id order by a.started_at, a.alert limit 1)) as path
      from incidents i where i.state <> 'closed')
    update incidents i set unit_path = goes.path from goes
    where i.incident_id = goes.id and goes.path is distinct from goes.was and goes.path is not null
    ${returning}`.execute(trx);
  return rows;
}

/** What stands at no place goes where the path of its unit leads now. */
async function moveAlong(trx: CloudTransaction, paths: readonly PathChange[]): Promise<readonly MovedIncident[]> {
  if (paths.length === 0) return [];
  const { rows } = await sql<MovedIncident>`
    with goes as (
      select i.incident_id as id, i.unit_path as was, ${heirOf(paths, sql`i.unit_path`)} as path
      from incidents i where i.state <> 'closed' and i.unit_path = any (${changedOf(paths)}))
    update incidents i set unit_path = goes.path from goes where i.incident_id = goes.id
    ${returning}`.execute(trx);
  return rows;
}

/** Each alert of an open incident by its own place or device. */
async function linkAlerts(trx: CloudTransaction, now: Date): Promise<void> {
  await sql`
    with goes as (
      select a.alert, a.compound_id, coalesce((${unitOfPlace(sql`a.compound_id`, sql`a.place_id`, now)}), (
        select ${ownUnitOf} from devices d where d.compound_id = a.compound_id and d.device_id = a.device_id)) as path
      from alerts a join incidents i on i.incident_id = a.incident_id where i.state <> 'closed')
    update alerts a set unit_path = goes.path from goes
    where a.alert = goes.alert and a.compound_id = goes.compound_id
      and goes.path is distinct from a.unit_path and goes.path is not null`.execute(trx);
}

/** What stands at a place, with the rows `h` that are not over. */
const placed = [
  { table: 'care_consents', standing: sql`h.revoked_at is null` },
  { table: 'care_tasks', standing: sql`h.done_at is null` },
] as const;

async function followPlaces(
  trx: CloudTransaction,
  { table, standing }: (typeof placed)[number],
  now: Date,
): Promise<void> {
  await sql`
    with goes as (
      select h.compound_id, h.place_id, (${unitOfPlace(sql`h.compound_id`, sql`h.place_id`, now)}) as path
      from ${sql.table(table)} h where ${standing})
    update ${sql.table(table)} h set unit_path = goes.path from goes
    where h.compound_id = goes.compound_id and h.place_id = goes.place_id and ${standing}
      and goes.path is distinct from h.unit_path and goes.path is not null`.execute(trx);
}

/** In the log of each, and at the consoles of the unit that it came from, too. */
async function noteMoves(trx: CloudTransaction, moved: readonly MovedIncident[], now: Date): Promise<void> {
  if (moved.length === 0) return;
  const steps = moved.map(({ incident, compound, from, to }) => {
    return { incident, compound, action: 'relinked', detail: { from, to } };
  });
  await noteSteps(trx, steps, now);
  const left = moved.flatMap(({ incident: subject, compound, restricted, from }) =>
    from === null ? [] : [{ topic: 'incident' as const, subject, compound, restricted, unitPath: from }],
  );
  await announce(trx, left, now);
  await announceIncidents(
    trx,
    moved.map(({ incident }) => incident),
    now,
  );
}

async function withRestricted<Result>(trx: CloudTransaction, work: () => Promise<Result>): Promise<Result> {
  const { rows } = await sql<{ was: string }>`
    select coalesce(current_setting('angrid.restricted', true), '') as was`.execute(trx);
  await sql`select set_config('angrid.restricted', 'all', true)`.execute(trx);
  const result = await work();
  await sql`select set_config('angrid.restricted', ${rows[0]?.was ?? ''}, true)`.execute(trx);
  return result;
}
