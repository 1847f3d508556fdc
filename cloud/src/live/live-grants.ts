import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { CloudTransaction } from '../database.js';

export interface CameraRef {
  readonly compound: string;
  readonly camera: string;
}

/** One account may watch one camera for a while, for a reason. */
export interface LiveGrant extends CameraRef {
  readonly id: string;
  readonly account: string;
  readonly role: string;
  readonly reason: string;
  readonly expiresAt: Date;
}

const GRANT_MS = 10 * 60_000;
const MOST_OF_ACCOUNT = 50;

/** Throws live.too-many. */
export async function giveGrant(
  trx: CloudTransaction,
  order: Omit<LiveGrant, 'id' | 'expiresAt'>,
  now: Date,
): Promise<LiveGrant> {
  const grant = { ...order, id: uuid(), expiresAt: new Date(now.getTime() + GRANT_MS) };
  const { compound, camera, account, role, reason } = order;
  const { numAffectedRows } = await sql`
    insert into live_grants (grant_id, compound_id, camera_id, account_id, role, reason, expires_at)
    select ${grant.id}::uuid, ${compound}, ${camera}, ${account}::uuid, ${role}, ${reason}, ${grant.expiresAt}::timestamptz
    where (select count(*) from live_grants where account_id = ${account} and expires_at > ${now}) < ${MOST_OF_ACCOUNT}
    `.execute(trx);
  if (numAffectedRows === 1n) return grant;
  throw new AnGridError('live.too-many', { op: 'live.grant', subject: camera });
}

/** Throws live.reason-required for one that is over, and for one of another account. */
export async function requireGrant(
  trx: CloudTransaction,
  { id, account }: Pick<LiveGrant, 'id' | 'account'>,
  now: Date,
): Promise<LiveGrant> {
  const { rows } = await sql<LiveGrant>`
    select grant_id as id, compound_id as compound, camera_id as camera, account_id as account, role, reason,
      expires_at as "expiresAt"
    from live_grants where grant_id = ${id} and account_id = ${account} and expires_at > ${now}`.execute(trx);
  const [grant] = rows;
  if (grant) return grant;
  throw new AnGridError('live.reason-required', { op: 'live.open' });
}
