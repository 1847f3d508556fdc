import { AnGridError, type EnrolAnswer, enrolPreimage, type EnrolRequest } from '@angrid/contract';
import { publicKeyFromRaw, sha256, verifyText } from '@angrid/contract/signing';
import type { Clock, OwnCertificates } from '@angrid/runtime';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { announce } from '../dispatch/feed.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { takeEnrolmentCode } from './enrolment-codes.js';
import { issueToken } from './gateway-tokens.js';
import { bumpSite, currentSite } from './site-config.js';

export interface Enrolling {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  readonly certificates: Pick<OwnCertificates, 'ca'>;
}

const KEY_BYTES = 32;

/** The id of a gateway follows from its key: who enrols again with the same key is the same gateway. */
export function gatewayIdOf(publicKey: string): string {
  return `gw-${sha256(Buffer.from(publicKey, 'base64')).slice(0, 16)}`;
}

/**
 * Takes a gateway into the compound that its one-time code stands for. Throws gateway.bad-signature where it does not
 * hold the key, enrol.code-invalid, and subject.conflict for a key that belongs to another compound.
 */
export async function enrol({ db, clock, certificates }: Enrolling, request: EnrolRequest): Promise<EnrolAnswer> {
  if (!holdsItsKey(request)) throw new AnGridError('gateway.bad-signature', { op: 'sites.enrol' });
  const gateway = gatewayIdOf(request.publicKey);
  const now = new Date(clock.wall());
  return withScope(db.service, systemScope('enrolment'), async (trx) => {
    const compound = await takeEnrolmentCode(trx, { code: request.code, gateway }, now);
    await writeGateway(trx, { gateway, compound, request }, now);
    const token = await issueToken(trx, gateway, now);
    const config = (await currentSite(trx, compound)) ?? (await bumpSite(trx, compound, now));
    await trx
      .updateTable('gateways')
      .set({ site_version_applied: config.version })
      .where('gateway_id', '=', gateway)
      .execute();
    await announce(trx, [{ topic: 'gateway', subject: gateway, compound, unitPath: null }], now);
    return { gateway, token, certificateAuthority: certificates.ca, config };
  });
}

interface NewGateway {
  readonly gateway: string;
  readonly compound: string;
  readonly request: EnrolRequest;
}

async function writeGateway(
  trx: CloudTransaction,
  { gateway, compound, request: { name, publicKey, version } }: NewGateway,
  now: Date,
): Promise<void> {
  const facts = { name, version, status: 'active', enrolled_at: now, last_seen_at: now } as const;
  const written = await trx
    .insertInto('gateways')
    .values({ ...facts, gateway_id: gateway, compound_id: compound, public_key: publicKey, token_hash: null })
    .onConflict((conflict) =>
      conflict.column('gateway_id').doUpdateSet(facts).where('gateways.compound_id', '=', compound),
    )
    .executeTakeFirst();
  if ((written.numInsertedOrUpdatedRows ?? 0n) > 0n) return;
  throw new AnGridError('subject.conflict', {
    op: 'sites.enrol',
    subject: gateway,
    detail: 'the key belongs to a gateway of another compound',
  });
}

function holdsItsKey(request: EnrolRequest): boolean {
  if (Buffer.from(request.publicKey, 'base64').length !== KEY_BYTES) return false;
  return verifyText(enrolPreimage(request), request.signature, publicKeyFromRaw(request.publicKey));
}
