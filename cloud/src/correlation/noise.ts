import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { activeRules } from './rule-sets.js';

/** What rings more often than the rule set's budget allows. */
export interface Noisy {
  readonly of: 'device' | 'unit';
  readonly id: string;
  readonly name: string;
  readonly compound: { readonly id: string; readonly name: string };
  readonly incidents: number;
  readonly falseAlarms: number;
  readonly aDay: number;
}

export interface Noise {
  readonly days: number;
  readonly budget: { readonly device: number; readonly unit: number };
  readonly over: readonly Noisy[];
}

const DAY_MS = 86_400_000;

/** Incidents a day of each device and unit over the last days, drills and restricted ones aside; the loudest first. */
export async function noiseOf(trx: CloudTransaction, days: number, now: Date): Promise<Noise> {
  const { budget } = await activeRules(trx);
  const { rows } = await sql<Noisy>`
    with opened as (
      select i.incident_id, i.compound_id, i.unit_path, i.false_alarm,
        (select a.device_id from alerts a where a.incident_id = i.incident_id and a.kind = i.kind
          order by a.started_at, a.alert limit 1) as device_id
      from incidents i
      where i.opened_at >= ${new Date(now.getTime() - days * DAY_MS)} and not i.exercise and not i.restricted
    ), rung as (
      select 'device' as of, compound_id, device_id as id, count(*) as incidents,
        count(*) filter (where false_alarm) as "falseAlarms", ${budget.device}::float8 as allowed
      from opened where device_id is not null group by compound_id, device_id
      union all
      select 'unit', compound_id, unit_path, count(*), count(*) filter (where false_alarm), ${budget.unit}::float8
      from opened where unit_path is not null group by compound_id, unit_path
    )
    select r.of, r.id, coalesce(d.name, u.name, r.id) as name, r.incidents, r."falseAlarms",
      json_build_object('id', c.compound_id, 'name', c.name) as compound,
      round((r.incidents / ${days}::numeric), 2)::float8 as "aDay"
    from rung r
    join compounds c on c.compound_id = r.compound_id
    left join devices d on r.of = 'device' and d.compound_id = r.compound_id and d.device_id = r.id
    left join units u on r.of = 'unit' and u.path = r.id
    where r.incidents / ${days}::float8 > r.allowed
    order by r.incidents desc, r.id limit 100`.execute(trx);
  return { days, budget, over: rows };
}
