import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';

export interface GapView {
  readonly id: string;
  readonly gateway: string;
  readonly of: 'lane' | 'device';
  readonly lane: string | null;
  readonly device: string | null;
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly reason: string;
  readonly noticedAt: Date;
  readonly filledAt: Date | null;
}

/** Numbers that never came, or not yet; latest first. */
export async function listGaps(trx: CloudTransaction, gateway: string | undefined): Promise<readonly GapView[]> {
  const { rows } = await sql<GapView>`
    select gap_id as id, gateway_id as gateway, of, lane, device_id as device, first_sequence as "firstSequence",
      last_sequence as "lastSequence", reason, noticed_at as "noticedAt", filled_at as "filledAt"
    from gaps
    where ${gateway === undefined ? sql`true` : sql`gateway_id = ${gateway}`}
    order by noticed_at desc, gap_id
    limit 500`.execute(trx);
  return rows;
}
