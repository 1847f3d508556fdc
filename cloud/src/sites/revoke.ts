import { AnGridError } from '@angrid/contract';
import type { CloudTransaction } from '../database.js';
import { announce } from '../dispatch/feed.js';
import { wakeChannel } from './commands.js';

/** From its commit on the gateway is refused, also on the channel that it holds open. Throws subject.not-found. */
export async function revokeGateway(trx: CloudTransaction, gateway: string, now: Date): Promise<void> {
  const revoked = await trx
    .updateTable('gateways')
    .set({ status: 'revoked' })
    .where('gateway_id', '=', gateway)
    .returning('compound_id')
    .executeTakeFirst();
  if (!revoked) throw new AnGridError('subject.not-found', { op: 'sites.revoke', subject: gateway });
  await trx
    .updateTable('commands')
    .set({ state: 'expired', finished_at: now })
    .where('gateway_id', '=', gateway)
    .where('state', 'in', ['queued', 'sent'])
    .execute();
  await announce(trx, [{ topic: 'gateway', subject: gateway, compound: revoked.compound_id, unitPath: null }], now);
  await wakeChannel(trx, gateway);
}
