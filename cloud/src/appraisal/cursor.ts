import { z } from 'zod';
import type { CloudTransaction } from '../database.js';

const stateSchema = z.object({ through: z.iso.datetime() });

/** Through when a part of the job has been; the beginning of time where it never ran. */
export async function bookedThrough(trx: CloudTransaction, part: 'incidents' | 'rounds'): Promise<Date> {
  const row = await trx.selectFrom('platform_state').select('value').where('key', '=', keyOf(part)).executeTakeFirst();
  const state = stateSchema.safeParse(row?.value).data;
  return new Date(state?.through ?? 0);
}

export async function rememberBooked(
  trx: CloudTransaction,
  part: 'incidents' | 'rounds',
  through: Date,
): Promise<void> {
  const value = JSON.stringify({ through: through.toISOString() });
  await trx
    .insertInto('platform_state')
    .values({ key: keyOf(part), value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}

function keyOf(part: string): string {
  return `appraisal.booked.${part}`;
}
