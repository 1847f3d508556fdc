import { randomBytes } from 'node:crypto';
import { AnGridError, type GatewayToken, tokenPreimage, type TokenRequest } from '@angrid/contract';
import { publicKeyFromRaw, sha256, verifyText } from '@angrid/contract/signing';
import type { CloudTransaction } from '../database.js';

const TOKEN_LIFE_MS = 24 * 3_600_000;
/** How far the clock of a gateway may be off when it asks for a token; a nonce is remembered for longer. */
const TOLERANCE_MS = 5 * 60_000;

/** A new bearer token of the gateway; the one before it serves no longer. */
export async function issueToken(trx: CloudTransaction, gateway: string, now: Date): Promise<GatewayToken> {
  const token = randomBytes(32).toString('base64url');
  const expires = new Date(now.getTime() + TOKEN_LIFE_MS);
  await trx
    .updateTable('gateways')
    .set({ token_hash: sha256(token), token_expires_at: expires })
    .where('gateway_id', '=', gateway)
    .execute();
  return { token, expiresAt: expires.toISOString() };
}

/**
 * Gives a token for a request that the key of the gateway has signed. Throws gateway.bad-signature, also for a gateway
 * that is not known and for a time or nonce that does not serve, and gateway.revoked.
 */
export async function renewToken(trx: CloudTransaction, request: TokenRequest, now: Date): Promise<GatewayToken> {
  const { gateway, at, signature } = request;
  const known = await trx
    .selectFrom('gateways')
    .select(['compound_id', 'public_key', 'status'])
    .where('gateway_id', '=', gateway)
    .executeTakeFirst();
  const signed = known && verifyText(tokenPreimage(request), signature, publicKeyFromRaw(known.public_key));
  if (!signed) throw refused(gateway);
  if (known.status === 'revoked') throw new AnGridError('gateway.revoked', { op: 'sites.token', subject: gateway });
  const off = Math.abs(now.getTime() - Date.parse(at));
  if (off > TOLERANCE_MS) throw refused(gateway, `its clock is ${Math.round(off / 1000)} s off`);
  await takeNonce(trx, { gateway, compound: known.compound_id, nonce: request.nonce }, now);
  return issueToken(trx, gateway, now);
}

interface Nonce {
  readonly gateway: string;
  readonly compound: string;
  readonly nonce: string;
}

async function takeNonce(trx: CloudTransaction, { gateway, compound, nonce }: Nonce, now: Date): Promise<void> {
  await trx.deleteFrom('gateway_nonces').where('expires_at', '<', now).execute();
  const taken = await trx
    .insertInto('gateway_nonces')
    .values({
      gateway_id: gateway,
      compound_id: compound,
      nonce,
      expires_at: new Date(now.getTime() + 3 * TOLERANCE_MS),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((taken.numInsertedOrUpdatedRows ?? 0n) === 0n) throw refused(gateway, 'the nonce was used before');
}

function refused(gateway: string, detail?: string): AnGridError {
  return new AnGridError('gateway.bad-signature', {
    op: 'sites.token',
    subject: gateway,
    ...(detail === undefined ? {} : { detail }),
  });
}
