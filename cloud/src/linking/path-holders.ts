import { type RawBuilder, sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { PathChange, TreeChange } from '../units/tree.js';
import { refusal } from '../units/refusal.js';
import { changedOf, heirOf, partsOf } from './path-map.js';

/**
 * A column that holds paths of units. What a division makes of it:
 *   list     an array: all the parts
 *   setting  the same row for each part
 *   work     one row, one path: the unit above divides it anew
 *   address  sealed, and cannot be in two places: the unit is not divided before somebody has moved it
 */
interface Holder {
  readonly table: string;
  readonly column: string;
  readonly as: 'list' | 'setting' | 'work' | 'address';
  /** Key of a setting. */
  readonly key?: string;
  /** The rows `t` that are not over at `now`: what is over keeps the path that it had. */
  readonly standing: (now: RawBuilder<Date>) => RawBuilder<unknown>;
  /** Where the unit ends it goes to the unit above; else it ends with the unit. */
  readonly inherited: boolean;
}

const always = () => sql`true`;

/** What stands at units besides open incidents and what belongs to them, and besides what stands at a place. */
export const pathHolders: readonly Holder[] = [
  { table: 'accounts', column: 'unit_paths', as: 'list', standing: always, inherited: false },
  {
    ...{ table: 'incidents', column: 'shared_paths', as: 'list', inherited: true },
    standing: () => sql`t.state <> 'closed'`,
  },
  {
    ...{ table: 'roster_shifts', column: 'unit_path', as: 'setting', key: 'shift_id', inherited: false },
    standing: (now) => sql`(t.to_date is null or t.to_date >= ${now}::date)`,
  },
  {
    ...{ table: 'roster_changes', column: 'unit_path', as: 'setting', key: 'change_id', inherited: false },
    standing: (now) => sql`t.ends_at > ${now}`,
  },
  {
    ...{ table: 'silences', column: 'unit_path', as: 'setting', key: 'silence_id', inherited: false },
    standing: (now) => sql`t.ends_at > ${now}`,
  },
  { table: 'channel_targets', column: 'unit_path', as: 'address', standing: always, inherited: false },
  {
    ...{ table: 'patrol_lists', column: 'unit_path', as: 'work', inherited: true },
    standing: () => sql`t.ended_at is null`,
  },
];

/** Takes along what stands at the units of a changed tree. Throws units.refused. */
export async function followPaths(trx: CloudTransaction, { paths, ended }: TreeChange, now: Date): Promise<void> {
  const gone = new Set(ended.filter(({ change }) => change === 'end').map(({ id }) => id));
  const lasting = paths.filter(({ from }) => !gone.has(from.slice(from.lastIndexOf('/') + 1)));
  for (const holder of pathHolders) await follow(trx, holder, holder.inherited ? paths : lasting, now);
}

async function follow(trx: CloudTransaction, holder: Holder, paths: readonly PathChange[], now: Date): Promise<void> {
  if (paths.length === 0) return;
  const [table, column] = [sql.table(holder.table), sql.ref(`t.${holder.column}`)];
  const set = sql.ref(holder.column);
  const standing = holder.standing(sql`${now}::timestamptz`);
  switch (holder.as) {
    case 'list':
      await sql`
        update ${table} t set ${set} = array(
          select distinct coalesce(p.part, path) from unnest(${column}) path left join ${partsOf(paths)} on p.was = path
          order by 1)
        where ${column} && ${changedOf(paths)} and ${standing}`.execute(trx);
      return;
    case 'work':
      await sql`
        update ${table} t set ${set} = ${heirOf(paths, column)}
        where ${column} = any (${changedOf(paths)}) and ${standing}`.execute(trx);
      return;
    case 'address':
      await refuseDivision(trx, paths);
      break;
    case 'setting':
      await sql`
        insert into ${table} select n.* from ${table} t join ${partsOf(paths)} on p.was = ${column} and p.nth > 1,
          jsonb_populate_record(t, jsonb_build_object(
            ${holder.key ?? ''}::text, gen_random_uuid(), ${holder.column}::text, p.part)) n
        where ${standing}`.execute(trx);
  }
  await sql`
    update ${table} t set ${set} = p.part from ${partsOf(paths)}
    where p.was = ${column} and p.nth = 1 and ${standing}`.execute(trx);
}

async function refuseDivision(trx: CloudTransaction, paths: readonly PathChange[]): Promise<void> {
  const divided = paths.filter(({ to }) => to.length > 1);
  const { rows } = await sql<{ name: string }>`
    select name from channel_targets where unit_path = any (${changedOf(divided)}) and disabled_at is null
    order by name limit 1`.execute(trx);
  const [target] = rows;
  if (!target) return;
  throw refusal('units.split', [target.name], 'this channel tells the unit: give it to another one first');
}
