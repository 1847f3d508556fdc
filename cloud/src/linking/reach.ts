import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import { locate, unitOfPlace } from './places.js';

/** What people silence, drill or turn down: of a compound a unit, a device or a place; all of it where none is named. */
export interface Target {
  readonly compound: string;
  /** Path of a unit. */
  readonly unit?: string | null;
  readonly device?: string | null;
  readonly place?: string | null;
}

interface Asking {
  readonly op: string;
  readonly now: Date;
}

/**
 * Holds a target to the scope of the transaction: whoever sees some units decides for nothing beyond them, and for a
 * whole compound only where each of its places lies in them. Throws subject.not-found for a compound out of scope, and
 * auth.forbidden.
 */
export async function requireReach(trx: CloudTransaction, target: Target, { op, now }: Asking): Promise<void> {
  const { compound } = target;
  const known = await trx
    .selectFrom('compounds')
    .select('compound_id')
    .where('compound_id', '=', compound)
    .executeTakeFirst();
  if (!known) throw new AnGridError('subject.not-found', { op, subject: compound });
  const paths = await unitsMeant(trx, target, now);
  const { rows } = await sql<{ within: boolean | null }>`
    select angrid_every_unit() or (select bool_and(angrid_unit_in_scope(path)) from unnest(${paths}::text[]) path)
      as within`.execute(trx);
  if (rows[0]?.within === true) return;
  const detail = 'unit, device or place: within the units of the account';
  throw new AnGridError('auth.forbidden', { op, subject: compound, detail });
}

/** The paths of the units that a target lies in; an empty one for what lies in none. */
async function unitsMeant(
  trx: CloudTransaction,
  { compound, unit = null, device = null, place = null }: Target,
  now: Date,
): Promise<readonly string[]> {
  if (unit !== null) return [unit];
  if (device !== null) return [(await locate(trx, compound, [device], now))(device).unitPath ?? ''];
  const { rows } = await sql<{ path: string | null }>`
    select (${unitOfPlace(sql`p.compound_id`, sql`p.place_id`, now)}) as path
    from places p
    where p.compound_id = ${compound} and (${place}::text is null or p.place_id = ${place})`.execute(trx);
  return rows.map(({ path }) => path ?? '');
}
