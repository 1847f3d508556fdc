import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';

/** A person has said that it is real: from now on it may become somebody's task. */
export async function confirmIncident(trx: CloudTransaction, incident: string, now: Date): Promise<void> {
  await trx
    .updateTable('incidents')
    .set({ confirmed_by: 'person', confirmed_at: now, version: sql`version + 1` })
    .where('incident_id', '=', incident)
    .where('confirmed_by', 'is', null)
    .execute();
}
