import { AnGridError } from '@angrid/contract';
import { sql } from 'kysely';
import { deviceInScope, whereabouts } from '../console/whereabouts.js';
import type { CloudTransaction } from '../database.js';
import { queueCommand } from '../sites/commands.js';
import type { CameraRef, LiveGrant } from './live-grants.js';

/** How long the gateway may take to hear of it. */
const COMMAND_MS = 15_000;

/** The gateway of a camera in scope. Throws subject.not-found, also for what is no camera. */
export async function gatewayOf(trx: CloudTransaction, { compound, camera }: CameraRef, now: Date): Promise<string> {
  const { rows } = await sql<{ gateway: string }>`
    select d.gateway_id as gateway from devices d ${whereabouts(now)}
    where ${deviceInScope} and d.compound_id = ${compound} and d.device_id = ${camera} and d.kind = 'camera'`.execute(
    trx,
  );
  const [found] = rows;
  if (found) return found.gateway;
  throw new AnGridError('subject.not-found', { op: 'live.open', subject: camera });
}

/** Asks the gateway of the camera to show it as long as the grant lasts. */
export async function orderLive(
  trx: CloudTransaction,
  { gateway, stream, grant }: { readonly gateway: string; readonly stream: string; readonly grant: LiveGrant },
  now: Date,
): Promise<void> {
  const { id, reason, role, expiresAt, camera, compound, account: actor } = grant;
  const order = {
    type: 'live.open',
    grant: { id, reason, role, expiresAt: expiresAt.toISOString() },
    params: { stream, camera },
  } as const;
  const lifeMs = Math.min(COMMAND_MS, expiresAt.getTime() - now.getTime());
  await queueCommand(trx, { compound, gateway, actor, lifeMs, order }, now);
}
