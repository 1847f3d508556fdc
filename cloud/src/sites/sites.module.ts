import type { Clock, Log } from '@angrid/runtime';
import { Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import type { CloudDatabase } from '../database.js';
import type { Notifications } from '../platform/database/index.js';
import { CLOCK, DATABASE, LOG, NOTIFICATIONS } from '../platform/tokens.js';
import { ChannelHub } from './channel/channel-hub.js';
import { ChannelController } from './channel/channel.controller.js';
import { GatewayController } from './gateway.controller.js';
import { Presence } from './presence.js';
import { CHANNEL_HUB, PRESENCE } from './tokens.js';

/** Gateways: enrolment, tokens, presence and the channel down to them. */
@Module({
  controllers: [GatewayController, ChannelController],
  providers: [
    {
      provide: PRESENCE,
      inject: [DATABASE, CLOCK],
      useFactory: (db: CloudDatabase, clock: Clock) => new Presence(db, clock),
    },
    {
      provide: CHANNEL_HUB,
      inject: [DATABASE, CLOCK, LOG, NOTIFICATIONS],
      useFactory: (db: CloudDatabase, clock: Clock, log: Log, notifications: Notifications) =>
        new ChannelHub({ db, clock, log, notifications }),
    },
  ],
  exports: [PRESENCE],
})
export class SitesModule implements OnModuleDestroy {
  constructor(@Inject(CHANNEL_HUB) private readonly hub: ChannelHub) {}

  onModuleDestroy(): Promise<void> {
    return this.hub.close();
  }
}
