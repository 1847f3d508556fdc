import { type RawBuilder, sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { LegAddress } from './addressees.js';

/** The columns of `legs l` as a LegAddress. */
export const legAddressColumn: RawBuilder<LegAddress> = sql`
  json_build_object('kind', l.to_kind, 'id', l.to_id, 'unit', l.to_unit, 'openTo', l.open_to, 'accounts', l.accounts)`;

export interface AddressedLeg {
  readonly id: string;
  readonly role: string;
  readonly compound: string;
  readonly to: LegAddress;
}

/** Whom each leg of an incident is for. */
export async function legAddresses(trx: CloudTransaction, incident: string): Promise<readonly AddressedLeg[]> {
  const { rows } = await sql<AddressedLeg>`
    select l.leg_id as id, l.role, l.compound_id as compound, ${legAddressColumn} as to
    from legs l where l.incident_id = ${incident}
    order by l.leg_id`.execute(trx);
  return rows;
}
