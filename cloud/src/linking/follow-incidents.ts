import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { PlannedLadder } from '../dispatch/plan.js';
import type { PathChange } from '../units/tree.js';
import { ladderAlong, lineage } from './lineage.js';
import { changedOf, heirOf } from './path-map.js';

/** An open incident that another unit answers for now. */
export interface MovedIncident {
  readonly incident: string;
  readonly compound: string;
  readonly restricted: boolean;
  readonly from: string | null;
  readonly to: string;
}

/** In one incident, a path that has become another one. */
interface Reroute {
  readonly incident: string;
  readonly was: string | null;
  readonly goes: string;
}

/** What belongs to an incident and stands at a unit. */
const belongings = ['alerts', 'legs', 'reports'] as const;

/**
 * Takes along what belongs to incidents that have moved, and whom their legs and ladders mean: the unit above is now the
 * one above the new unit. Units of another tree stay whom they mean.
 */
export async function followIncidents(trx: CloudTransaction, moved: readonly MovedIncident[]): Promise<void> {
  if (moved.length === 0) return;
  const own = moved.map(({ incident, from, to }) => ({ incident, was: from, goes: to }));
  for (const table of belongings)
    await sql`
      update ${sql.table(table)} t set unit_path = r.goes from ${rowsOf(own)}
      where t.incident_id = r.incident and t.unit_path is not distinct from r.was`.execute(trx);
  await readdress(
    trx,
    moved.flatMap(({ incident, from, to }): readonly Reroute[] => {
      if (from === null) return [{ incident, was: null, goes: to }];
      return treeOf(from) === treeOf(to) ? lineage(from, to).map((step) => ({ incident, ...step })) : [];
    }),
  );
}

/** Legs of open incidents that mean a unit whose path has changed, such as one of another tree or one that was called. */
export async function followCalled(trx: CloudTransaction, paths: readonly PathChange[]): Promise<void> {
  const at = { compound: sql`i.compound_id`, place: sql`i.place_id` };
  const { rows } = await sql<Reroute>`
    select distinct i.incident_id as incident, meant.path as was, ${heirOf(paths, sql`meant.path`, at)} as goes
    from incidents i join legs l on l.incident_id = i.incident_id, lateral (
      select l.to_unit as path
      union select unit #>> '{}' from jsonb_path_query(l.ladder, '$.rungs[*].to[*].unit') unit) meant
    where i.state <> 'closed' and meant.path = any (${changedOf(paths)})`.execute(trx);
  await readdress(trx, rows);
}

async function readdress(trx: CloudTransaction, reroutes: readonly Reroute[]): Promise<void> {
  if (reroutes.length === 0) return;
  // Two pushes of a rung that mean one unit now: one of them stands for both.
  await sql`
    with goes as (
      select distinct on (l.incident_id, l.role, l.rung, l.to_id, l.channel, r.goes) l.leg_id as leg, r.goes as unit
      from legs l join ${rowsOf(reroutes)} on l.incident_id = r.incident and l.to_unit is not distinct from r.was
      order by l.incident_id, l.role, l.rung, l.to_id, l.channel, r.goes, l.queued_at, l.leg_id)
    update legs l set to_unit = goes.unit from goes
    where l.leg_id = goes.leg and not exists (
      select from legs o where o.incident_id = l.incident_id and o.role = l.role and o.rung = l.rung
        and o.to_id = l.to_id and o.channel = l.channel and o.to_unit = goes.unit)`.execute(trx);
  await readdressLadders(trx, reroutes);
}

async function readdressLadders(trx: CloudTransaction, reroutes: readonly Reroute[]): Promise<void> {
  const ids = [...new Set(reroutes.map(({ incident }) => incident))];
  const { rows } = await sql<{ leg: string; incident: string; ladder: PlannedLadder }>`
    select leg_id as leg, incident_id as incident, ladder from legs
    where incident_id = any (${ids}::uuid[]) and ladder is not null`.execute(trx);
  const key = (incident: string, unit: string | null): string => `${incident} ${unit ?? ''}`;
  const goes = new Map(reroutes.map(({ incident, was, goes: to }) => [key(incident, was), to]));
  const changed = rows.flatMap(({ leg, incident, ladder }) => {
    const next = ladderAlong(ladder, (unit) => goes.get(key(incident, unit)) ?? unit);
    return JSON.stringify(next) === JSON.stringify(ladder) ? [] : [{ leg, ladder: JSON.stringify(next) }];
  });
  if (changed.length === 0) return;
  await sql`
    update legs l set ladder = n.ladder
    from unnest(${changed.map(({ leg }) => leg)}::uuid[], ${changed.map(({ ladder }) => ladder)}::jsonb[]) n (leg, ladder)
    where l.leg_id = n.leg`.execute(trx);
}

/** As rows `r (incident, was, goes)`. */
const rowsOf = (reroutes: readonly Reroute[]) => sql`
  unnest(${reroutes.map(({ incident }) => incident)}::uuid[], ${reroutes.map(({ was }) => was)}::text[],
    ${reroutes.map(({ goes }) => goes)}::text[]) r (incident, was, goes)`;

const treeOf = (path: string): string | undefined => path.split('/')[0];
