import { type Kysely, sql, type Transaction } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { holdLock, systemScope, withScope } from '../platform/database/index.js';
import type { Database } from '../schema.js';

/** Months that have their partition before they begin. */
const MONTHS_AHEAD = 2;

export interface Month {
  /** `events_2026_03` */
  readonly partition: string;
  readonly from: Date;
  readonly to: Date;
}

/** The month (UTC) that lies `ahead` months after the one of `now`. */
export function monthOf(now: Date, ahead = 0): Month {
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
  const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead + 1, 1));
  return { partition: `events_${from.toISOString().slice(0, 7).replace('-', '_')}`, from, to };
}

/**
 * Makes the partitions of events for this month and the next ones. Events whose gateway's clock is far off lie in the
 * default partition; those that belong to a month that has begun since then move into it.
 */
export async function ensurePartitions(db: CloudDatabase, now: Date): Promise<void> {
  await db.asOwner((owner) =>
    changing(owner, async (trx) => {
      for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead += 1) await ensurePartition(trx, monthOf(now, ahead));
    }),
  );
}

/** Drops the partitions of months that have passed and hold nothing any more; their names. */
export async function dropEmptyPartitions(db: CloudDatabase, now: Date): Promise<readonly string[]> {
  const current = monthOf(now).partition;
  return db.asOwner((owner) =>
    changing(owner, async (trx) => {
      const dropped: string[] = [];
      for (const partition of await partitionsBefore(trx, current)) {
        if (await isEmpty(trx, partition)) {
          await sql`drop table ${sql.table(partition)}`.execute(trx);
          dropped.push(partition);
        }
      }
      return dropped;
    }),
  );
}

/** Two processes do not change partitions together. */
function changing<T>(owner: Kysely<Database>, work: (trx: Transaction<Database>) => Promise<T>): Promise<T> {
  return withScope(owner, systemScope('partitions'), async (trx) => {
    await holdLock('event partitions').execute(trx);
    return work(trx);
  });
}

async function ensurePartition(trx: Transaction<Database>, { partition, from, to }: Month): Promise<void> {
  const { rows } = await sql<{ there: boolean }>`select to_regclass(${partition}) is not null as there`.execute(trx);
  if (rows[0]?.there === true) return;
  const table = sql.table(partition);
  await sql`lock table events in share row exclusive mode`.execute(trx);
  await sql`create table ${table} (like events including defaults including constraints)`.execute(trx);
  await sql`
    with moved as (delete from events_default where recorded_at >= ${from} and recorded_at < ${to} returning *)
    insert into ${table} select * from moved`.execute(trx);
  await sql`alter table events attach partition ${table}
    for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`.execute(trx);
}

async function partitionsBefore(trx: Transaction<Database>, current: string): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{4}_[0-9]{2}$' and c.relname < ${current}
    order by 1`.execute(trx);
  return rows.map(({ name }) => name);
}

async function isEmpty(trx: Transaction<Database>, partition: string): Promise<boolean> {
  await sql`lock table ${sql.table(partition)} in access exclusive mode`.execute(trx);
  const { rows } = await sql`select 1 from ${sql.table(partition)} limit 1`.execute(trx);
  return rows.length === 0;
}
