import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';

/** Accounts that have joined an exercise of the compound that runs now, by compound. */
export async function joinedAccounts(
  trx: CloudTransaction,
  compounds: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (compounds.length === 0) return new Map();
  const { rows } = await sql<{ compound: string; accounts: string[] }>`
    select e.compound_id as compound, array_agg(distinct m.account_id::text) as accounts
    from exercises e join exercise_members m on m.exercise_id = e.exercise_id
    where e.compound_id = any (${[...compounds]}::text[]) and e.starts_at <= ${now} and e.ends_at > ${now}
    group by e.compound_id`.execute(trx);
  return new Map(rows.map(({ compound, accounts }) => [compound, accounts]));
}
