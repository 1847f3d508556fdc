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

/** Matters of a period within the scope. What is restricted is left out for everybody, so that all see one figure. */
export async function mattersIn(
  trx: CloudTransaction,
  { playbook, standard, now }: Of,
  { from, to }: Period,
): Promise<readonly AppraisedMatter[]> {
  const { rows } = await sql<AppraisedMatter>`
    select i.compound_id as compound, i.unit_path as unit, i.state, i.exercise, i.merged_into is not null as merged,
      i.false_alarm as "falseAlarm", i.confirmed_by is not null as confirmed, coalesce(i.police, false) as police,
      i.opened_at as "openedAt", i.closed_at as "closedAt", g.answered as "acknowledgedAt",
      coalesce(g.steps, '{}') as steps,
      exists (select from legs l where l.incident_id = i.incident_id and l.settle_at is not null
        and l.state not in ('returned', 'handed-over')
        and l.settle_at < coalesce(case when l.state = 'resolved' then l.ended_at end, i.closed_at, ${now})) as overdue
    from incidents i
    join compounds c on c.compound_id = i.compound_id
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
  /** Of a unit in which it has a place. */
  readonly path: string;
}

/** Where the compounds of the scope lie. */
export async function compoundsOf(
  trx: CloudTransaction,
  { playbook, standard, now }: Of,
): Promise<readonly CompoundPath[]> {
  const { rows } = await sql<CompoundPath>`
    select distinct pu.compound_id as compound, u.path
    from place_units pu
    join units u on u.unit_id = pu.unit_id
    join compounds c on c.compound_id = pu.compound_id
    where pu.valid @> ${now}::timestamptz and coalesce(c.playbook, ${standard}) = ${playbook}
      and (angrid_every_unit() or angrid_unit_in_scope(u.path))`.execute(trx);
  return rows;
}

export interface UnitRow {
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly level: number;
  readonly tree: string;
}

/** Units that the caller answers for. */
export async function unitsInScope(trx: CloudTransaction): Promise<readonly UnitRow[]> {
  const { rows } = await sql<UnitRow>`
    select path, name, kind, level, tree_id as tree from units
    where ended_at is null and angrid_unit_in_scope(path) order by path`.execute(trx);
  return rows;
}
