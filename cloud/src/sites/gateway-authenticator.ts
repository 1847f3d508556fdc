import { AnGridError } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import type { Clock } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import type { Principal } from '../platform/http/principal.js';

const PERMISSIONS: ReadonlySet<string> = new Set(['gateway']);

interface Known {
  readonly id: string;
  readonly compound: string;
  readonly status: 'active' | 'revoked';
  readonly expires: Date | null;
}

/** The gateway behind a bearer token, bound to its compound; undefined for none. Throws gateway.revoked. */
export async function authenticateGateway(
  db: CloudDatabase,
  clock: Pick<Clock, 'wall'>,
  bearer: string,
): Promise<Principal | undefined> {
  const { rows } = await sql<Known>`
    select gateway as id, compound, status, expires from angrid_gateway_of(${sha256(bearer)})`.execute(db.service);
  const [gateway] = rows;
  if (!gateway) return undefined;
  const { id, compound, status, expires } = gateway;
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
