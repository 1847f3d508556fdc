import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { AppraisedMatter } from './figures.js';
import type { Period } from './period.js';
import { answering } from './steps.js';

/** Of the compounds that go by one playbook. */
export interface Of {
  readonly playbook: string;
  /** Id of the playbook of compounds that name none. */
  readonly standard: string;
  readonly now: Date;
}

/**
 * Matters of a period within the scope, each in its unit of the tree: the one that raised it, else the one that answered
 * for its place then. What is restricted is left out for everybody, so that all see one figure.
 */
export async function mattersIn(
  trx: CloudTransaction,
  { playbook, standard, now }: Of,
  { period: { from, to }, tree }: { readonly period: Period; readonly tree: string | null },
): Promise<readonly AppraisedMatter[]> {
  const { rows } = await sql<AppraisedMatter>`
    select i.compound_id as compound, 
      case when (i.unit_path || '/') ^@ ${`${tree ?? ''}/`} then i.unit_path else o.path end as unit,
      i.state, i.exercise, i.merged_into is not null as merged,
      i.false_alarm as "falseAlarm", i.confirmed_by is not null as confirmed, coalesce(i.police, false) as police,
      i.opened_at as "openedAt", i.closed_at as "closedAt", g.answered as "acknowledgedAt",
      coalesce(g.steps, '{}') as steps,
      exists (select from legs l where l.incident_id = i.incident_id and l.settle_at is not null
        and l.state not in ('returned', 'handed-over')
        and l.settle_at < coalesce(case when l.state = 'resolved' then l.ended_at end, i.closed_at, ${now})) as overdue
    from incidents i
    join compounds c on c.compound_id = i.compound_id
    left join lateral (
      select u.path from place_units pu join units u on u.unit_id = pu.unit_id
      where pu.compound_id = i.compound_id and pu.place_id = i.place_id and pu.tree_id = ${tree}
        and pu.valid @> i.opened_at
      limit 1) o on true
    left join lateral (
      select array_agg(l.action order by l.log_id) as steps,
        min(l.at) filter (where l.action = any (${[...answering]}::text[])) as answered
      from incident_log l where l.incident_id = i.incident_id and l.actor <> 'system') g on true
    where i.opened_at >= ${from} and i.opened_at < ${to} and not i.restricted
      and coalesce(split_part(i.playbook, '@', 1), c.playbook, ${standard}) = ${playbook}`.execute(trx);
  return rows;
}

export interface CompoundPath {
  readonly compound: string;
  /** Of a unit in which it has a place, of whatever tree; null where it has none in any. */
  readonly path: string | null;
}

/** The compounds of the scope, and where they lie. */
export async function compoundsOf(
  trx: CloudTransaction,
  { playbook, standard, now }: Of,
): Promise<readonly CompoundPath[]> {
  const { rows } = await sql<CompoundPath>`
    select distinct c.compound_id as compound, u.path
    from compounds c
    left join place_units pu on pu.compound_id = c.compound_id and pu.valid @> ${now}::timestamptz
    left join units u on u.unit_id = pu.unit_id
    where coalesce(c.playbook, ${standard}) = ${playbook} and angrid_unit_in_scope(u.path)`.execute(trx);
  return rows;
}

/** From when on no matter of the compounds has been deleted for its age; null where none ever is. */
export async function keptSince(trx: CloudTransaction, { playbook, standard, now }: Of): Promise<Date | null> {
  const { rows } = await sql<{ since: Date | null }>`
    select max(${now}::timestamptz - make_interval(days => r.days)) as since
    from retention_days r join compounds c on c.compound_id = r.compound_id
    where r.retention_class = 'alarm' and coalesce(c.playbook, ${standard}) = ${playbook}`.execute(trx);
  return rows[0]?.since ?? null;
}
