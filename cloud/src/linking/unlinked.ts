import { sql } from 'kysely';
import { deviceInScope, whereabouts } from '../console/whereabouts.js';
import type { CloudTransaction } from '../database.js';
import { unitOfPlace } from './places.js';

/** What has no unit, and who has to find one: nothing is unlinked without an owner. */
export interface Unlinked {
  readonly devices: number;
  readonly places: number;
  /** Open incidents that no unit sees. */
  readonly incidents: number;
  /** The duty that owns the list, and the offices that hold it; administrators where nobody does. */
  readonly owner: { readonly duty: string; readonly labels: readonly string[]; readonly appointed: boolean };
}

export const REGISTRAR = 'registrar';

export async function unlinked(trx: CloudTransaction, now: Date): Promise<Unlinked> {
  const { rows } = await sql<Omit<Unlinked, 'owner'>>`
    select
      (select count(*) from devices d ${whereabouts(now)} where ${deviceInScope} and w.path is null) as devices,
      (select count(*) from places p where not exists (
        ${unitOfPlace(sql`p.compound_id`, sql`p.place_id`, now)})) as places,
      (select count(*) from incidents where state <> 'closed' and unit_path is null) as incidents`.execute(trx);
  const counts = rows[0] ?? { devices: 0, places: 0, incidents: 0 };
  const { rows: holders } = await sql<{ label: string; holds: boolean }>`
    select label, ${REGISTRAR} = any (duties) as holds from accounts
    where disabled_at is null and (${REGISTRAR} = any (duties) or role = 'administrator') order by label`.execute(trx);
  const appointed = holders.filter(({ holds }) => holds);
  const owners = appointed.length > 0 ? appointed : holders;
  return {
    ...counts,
    owner: { duty: REGISTRAR, appointed: appointed.length > 0, labels: owners.slice(0, 8).map(({ label }) => label) },
  };
}
