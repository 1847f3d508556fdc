import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { Silence } from './silence.js';

/** The silences of these compounds that hold now. */
export async function currentSilences(
  trx: CloudTransaction,
  compounds: readonly string[],
  now: Date,
): Promise<readonly Silence[]> {
  const { rows } = await sql<Silence>`
    select silence_id as id, reason, starts_at as from, ends_at as until, compound_id as compound, unit_path as unit,
      device_id as device, event_kind as kind
    from silences
    where compound_id = any (${[...compounds]}::text[]) and starts_at <= ${now} and ends_at > ${now}`.execute(trx);
  return rows;
}
