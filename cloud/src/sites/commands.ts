import { AnGridError, type Command, type CommandResult } from '@angrid/contract';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { CloudTransaction } from '../database.js';
import { announce } from '../dispatch/feed.js';

/** Tells the gateways' channels to look for commands; its payload is a gateway id. */
export const COMMAND_CHANNEL = 'angrid_commands';

export interface NewCommand {
  readonly compound: string;
  readonly gateway: string;
  /** Opaque id of the account, or `system`. */
  readonly actor: string;
  readonly lifeMs: number;
  readonly order: Pick<Command, 'type' | 'params' | 'grant'>;
}

/** Queues a command for a gateway; it goes down the channel after the commit. The id of the command. */
export async function queueCommand(
  trx: CloudTransaction,
  { compound, gateway, actor, lifeMs, order }: NewCommand,
  now: Date,
): Promise<string> {
  const id = uuid();
  const expires = new Date(now.getTime() + lifeMs);
  const command = { id, issuedAt: now.toISOString(), expiresAt: expires.toISOString(), actor, ...order };
  await trx
    .insertInto('commands')
    .values({
      command_id: id,
      compound_id: compound,
      gateway_id: gateway,
      type: order.type,
      command: JSON.stringify(command),
      state: 'queued',
      issued_at: now,
      expires_at: expires,
    })
    .execute();
  await wakeChannel(trx, gateway);
  return id;
}

export async function wakeChannel(trx: CloudTransaction, gateway: string): Promise<void> {
  await sql`select pg_notify(${COMMAND_CHANNEL}, ${gateway})`.execute(trx);
}

export interface OpenCommand {
  readonly id: string;
  readonly command: unknown;
}

/** The commands that wait for a result of the gateway, oldest first; those whose time is over are closed on the way. */
export async function openCommands(trx: CloudTransaction, gateway: string, now: Date): Promise<readonly OpenCommand[]> {
  await trx
    .updateTable('commands')
    .set({ state: 'expired', finished_at: now })
    .where('gateway_id', '=', gateway)
    .where('state', 'in', ['queued', 'sent'])
    .where('expires_at', '<=', now)
    .execute();
  return trx
    .selectFrom('commands')
    .select(['command_id as id', 'command'])
    .where('gateway_id', '=', gateway)
    .where('state', 'in', ['queued', 'sent'])
    .orderBy('issued_at')
    .orderBy('command_id')
    .limit(100)
    .execute();
}

export async function markSent(trx: CloudTransaction, ids: readonly string[]): Promise<void> {
  await trx
    .updateTable('commands')
    .set({ state: 'sent' })
    .where('command_id', 'in', [...ids])
    .where('state', '=', 'queued')
    .execute();
}

/** Notes how a command ended, once; a result that comes again changes nothing. Throws subject.not-found. */
export async function finishCommand(
  trx: CloudTransaction,
  gateway: string,
  result: CommandResult,
  now: Date,
): Promise<void> {
  const found = await trx
    .selectFrom('commands')
    .select(['type', 'command', 'state'])
    .where('command_id', '=', result.id)
    .where('gateway_id', '=', gateway)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!found) throw new AnGridError('subject.not-found', { op: 'sites.command-result', subject: result.id });
  if (found.state !== 'queued' && found.state !== 'sent') return;
  await trx
    .updateTable('commands')
    .set({ state: result.state, result: JSON.stringify(result), finished_at: now })
    .where('command_id', '=', result.id)
    .execute();
  if (found.type === 'config.apply' && result.state === 'done') await noteApplied(trx, gateway, found.command, now);
}

async function noteApplied(trx: CloudTransaction, gateway: string, command: unknown, now: Date): Promise<void> {
  const { version, site } = (command as Extract<Command, { type: 'config.apply' }>).params.config;
  await trx
    .updateTable('gateways')
    .set({ site_version_applied: sql<number>`greatest(site_version_applied, ${version}::integer)` })
    .where('gateway_id', '=', gateway)
    .execute();
  await announce(trx, [{ topic: 'gateway', subject: gateway, compound: site.id, unitPath: null }], now);
}
