import { AnGridError } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import type { Clock } from '@angrid/runtime';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { Principal } from '../platform/http/principal.js';

const PERMISSIONS: ReadonlySet<string> = new Set(['gateway']);

/** The gateway behind a bearer token, bound to its compound; undefined for none. Throws gateway.revoked. */
export async function authenticateGateway(
  db: CloudDatabase,
  clock: Pick<Clock, 'wall'>,
  bearer: string,
): Promise<Principal | undefined> {
  const gateway = await withScope(db.service, systemScope('gateway-token'), (trx) =>
    trx
      .selectFrom('gateways')
      .select(['gateway_id', 'compound_id', 'status', 'token_expires_at'])
      .where('token_hash', '=', sha256(bearer))
      .executeTakeFirst(),
  );
  if (!gateway) return undefined;
  const { gateway_id: id, compound_id: compound, status, token_expires_at: expires } = gateway;
  if (status === 'revoked') throw new AnGridError('gateway.revoked', { op: 'sites.authenticate', subject: id });
  if (expires === null || expires.getTime() <= clock.wall()) return undefined;
  return {
    id,
    role: 'gateway',
    permissions: PERMISSIONS,
    scope: { compounds: [compound], units: 'all', restricted: [compound], actor: `gateway:${id}` },
    locale: 'en',
  };
}
