import type { ServerResponse } from 'node:http';
import type { Cancel, Clock, Log } from '@angrid/runtime';
import type { CloudDatabase } from '../../database.js';
import { type Notifications, withScope } from '../../platform/database/index.js';
import type { Principal } from '../../platform/http/principal.js';
import { COMMAND_CHANNEL } from '../commands.js';
import { catchUpSite } from '../site-config.js';
import { GatewayChannel } from './gateway-channel.js';

export interface ChannelHubParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly notifications: Pick<Notifications, 'listen'>;
}

/** The channels that gateways hold open to this process, one a gateway: a new one takes the place of the one before. */
export class ChannelHub {
  private readonly channels = new Map<string, GatewayChannel>();
  private readonly stopListening: Cancel;

  constructor(private readonly parts: ChannelHubParts) {
    this.stopListening = parts.notifications.listen(COMMAND_CHANNEL, (gateway) => this.wake(gateway));
  }

  /** Holds the response open as the channel of the gateway. */
  async open(gateway: Principal, response: ServerResponse): Promise<void> {
    const { db, clock, log } = this.parts;
    const [compound] = gateway.scope.compounds;
    await withScope(db.service, gateway.scope, (trx) =>
      catchUpSite(trx, { compound: compound ?? '', gateway: gateway.id }, new Date(clock.wall())),
    );
    const channel = new GatewayChannel({ db, clock, log, gateway, response });
    this.channels.get(gateway.id)?.close();
    this.channels.set(gateway.id, channel);
    response.once('close', () => {
      if (this.channels.get(gateway.id) === channel) this.channels.delete(gateway.id);
    });
    channel.look();
  }

  async close(): Promise<void> {
    this.stopListening();
    const open = [...this.channels.values()];
    for (const channel of open) channel.close();
    await Promise.all(open.map((channel) => channel.settled()));
  }

  /** Without a name, notifications may have passed unheard. */
  private wake(gateway: string | undefined): void {
    if (gateway !== undefined) this.channels.get(gateway)?.look();
    else for (const channel of this.channels.values()) channel.look();
  }
}
