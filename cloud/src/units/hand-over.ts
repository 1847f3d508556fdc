import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { Handing } from './tree.js';

/** Gives places, and the members that are at them, to another unit of the tree from now on; what was stays on record. */
export async function handOver(trx: CloudTransaction, { from, to, places }: Handing, now: Date): Promise<void> {
  const at = sql`${now}::timestamptz`;
  const listed =
    places === null
      ? sql`true`
      : sql`(compound_id, place_id) in (
    select * from unnest(${places.map(({ compound }) => compound)}::text[], ${places.map(({ place }) => place)}::text[]))`;
  const goes = sql`unit_id = ${from} and upper_inf(valid) and ${listed}`;
  await sql`
    with gone as (update place_units set valid = tstzrange(lower(valid), ${at})
      where ${goes} and lower(valid) < ${at} returning compound_id, place_id, tree_id, by)
    insert into place_units (compound_id, place_id, tree_id, unit_id, by, valid)
    select compound_id, place_id, tree_id, ${to}, by, tstzrange(${at}, null) from gone`.execute(trx);
  await sql`update place_units set unit_id = ${to} where ${goes}`.execute(trx);
  const members =
    places === null
      ? sql`true`
      : sql`(compound_id, entry_id) in (
    select compound_id, entry_id from register_entries where ${listed})`;
  const follow = sql`unit_id = ${from} and upper_inf(valid) and ${members}`;
  await sql`
    with gone as (update unit_members set valid = tstzrange(lower(valid), ${at})
      where ${follow} and lower(valid) < ${at} returning compound_id, entry_id, tree_id)
    insert into unit_members (compound_id, entry_id, tree_id, unit_id, valid)
    select compound_id, entry_id, tree_id, ${to}, tstzrange(${at}, null) from gone`.execute(trx);
  await sql`update unit_members set unit_id = ${to} where ${follow}`.execute(trx);
}
