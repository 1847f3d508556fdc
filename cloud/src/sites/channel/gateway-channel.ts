import type { ServerResponse } from 'node:http';
import { channelEvents } from '@angrid/contract';
import type { Cancel, Clock, Log } from '@angrid/runtime';
import type { CloudDatabase } from '../../database.js';
import { withScope } from '../../platform/database/index.js';
import type { Principal } from '../../platform/http/principal.js';
import { markSent, type OpenCommand, openCommands } from '../commands.js';

const KEEP_ALIVE_MS = 15_000;
/** The gateway then opens a new one with the token that it has by then. */
const LIFE_MS = 3_600_000;
/** Commands that nobody reads do not pile up in memory. */
const MOST_UNREAD_BYTES = 32 * 1024 * 1024;

export interface GatewayChannelParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly gateway: Principal;
  readonly response: ServerResponse;
}

/** One open channel: writes each command that waits, once a connection, until its result is there. */
export class GatewayChannel {
  private readonly sent = new Set<string>();
  private readonly timers: readonly Cancel[];
  private looking: Promise<void> | undefined;
  private lookAgain = false;

  constructor(private readonly parts: GatewayChannelParts) {
    const { clock, response } = parts;
    this.timers = [clock.every(KEEP_ALIVE_MS, () => this.keepAlive()), clock.after(LIFE_MS, () => this.close())];
    response.once('close', () => this.stopTimers());
    response.on('error', () => this.close());
    response.write(`: open\n\n`);
  }

  /** Looks for commands; calls while it looks become one more look. */
  look(): void {
    if (this.looking) {
      this.lookAgain = true;
      return;
    }
    this.looking = this.sendOpen()
      .catch((error: unknown) => {
        this.parts.log.warn(
          { err: error, gateway: this.parts.gateway.id },
          'a channel was closed: commands unreadable',
        );
        this.close();
      })
      .finally(() => {
        this.looking = undefined;
        if (this.lookAgain) this.look();
      });
    this.lookAgain = false;
  }

  close(): void {
    this.stopTimers();
    this.parts.response.end();
  }

  /** Resolves when nothing of it is under way any more. */
  async settled(): Promise<void> {
    while (this.looking) await this.looking;
  }

  private keepAlive(): void {
    const { response } = this.parts;
    if (response.writableLength > MOST_UNREAD_BYTES) {
      response.destroy();
      return;
    }
    response.write(`: ${channelEvents.keepAlive}\n\n`);
    this.look();
  }

  private async sendOpen(): Promise<void> {
    const { db, clock, gateway, response } = this.parts;
    if (response.writableEnded || response.destroyed) return;
    await withScope(db.service, gateway.scope, async (trx) => {
      const { status } = await trx
        .selectFrom('gateways')
        .select('status')
        .where('gateway_id', '=', gateway.id)
        .executeTakeFirstOrThrow();
      if (status === 'revoked') return this.close();
      const open = await openCommands(trx, gateway.id, new Date(clock.wall()));
      const fresh = open.filter(({ id }) => !this.sent.has(id));
      if (fresh.length === 0) return;
      await markSent(
        trx,
        fresh.map(({ id }) => id),
      );
      for (const command of fresh) this.write(command);
    });
  }

  private write({ id, command }: OpenCommand): void {
    this.sent.add(id);
    this.parts.response.write(`event: ${channelEvents.command}\nid: ${id}\ndata: ${JSON.stringify(command)}\n\n`);
  }

  private stopTimers(): void {
    for (const cancel of this.timers) cancel();
  }
}
