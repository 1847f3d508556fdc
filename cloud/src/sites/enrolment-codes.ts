import { AnGridError } from '@angrid/contract';
import type { CloudTransaction } from '../database.js';
import { enrolmentCodeHash, newEnrolmentCode } from './enrolment-code.js';

const CODE_LIFE_MS = 15 * 60_000;

export interface EnrolmentCodeRequest {
  readonly compound: string;
  /** Who asks for it, for the record. */
  readonly actor: string;
  /** SHA-256 of the CA certificate that gateways will pin, hexadecimal. */
  readonly fingerprint: string;
}

export interface EnrolmentCode {
  readonly code: string;
  readonly expiresAt: Date;
}

/** A code with which one gateway can enrol at a compound within 15 minutes. Throws subject.not-found. */
export async function createEnrolmentCode(
  trx: CloudTransaction,
  { compound, actor, fingerprint }: EnrolmentCodeRequest,
  now: Date,
): Promise<EnrolmentCode> {
  await requireCompound(trx, compound);
  const code = newEnrolmentCode(fingerprint);
  const expiresAt = new Date(now.getTime() + CODE_LIFE_MS);
  await trx
    .insertInto('enrolment_codes')
    .values({
      code_hash: enrolmentCodeHash(code) ?? '',
      compound_id: compound,
      created_by: actor,
      created_at: now,
      expires_at: expiresAt,
      gateway_id: null,
    })
    .execute();
  return { code, expiresAt };
}

/** Takes a code for a gateway, once and for one only; the compound that it opens. Throws enrol.code-invalid. */
export async function takeEnrolmentCode(
  trx: CloudTransaction,
  { code, gateway }: { readonly code: string; readonly gateway: string },
  now: Date,
): Promise<string> {
  const hash = enrolmentCodeHash(code);
  if (hash !== undefined) {
    const taken = await trx
      .updateTable('enrolment_codes')
      .set({ used_at: now, gateway_id: gateway })
      .where('code_hash', '=', hash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning('compound_id')
      .executeTakeFirst();
    if (taken) return taken.compound_id;
  }
  throw new AnGridError('enrol.code-invalid', { op: 'sites.enrol' });
}

async function requireCompound(trx: CloudTransaction, compound: string): Promise<void> {
  const found = await trx
    .selectFrom('compounds')
    .select('compound_id')
    .where('compound_id', '=', compound)
    .executeTakeFirst();
  if (!found) throw new AnGridError('subject.not-found', { op: 'sites.enrolment-code', subject: compound });
}
