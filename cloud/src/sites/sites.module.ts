import type { Clock, Log } from '@angrid/runtime';
import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { CloudSettings } from '../config/settings.js';
import type { CloudDatabase } from '../database.js';
import type { Notifications } from '../platform/database/index.js';
import { CLOCK, DATABASE, LOG, NOTIFICATIONS, SETTINGS } from '../platform/tokens.js';
import { ChannelHub } from './channel/channel-hub.js';
import { ChannelController } from './channel/channel.controller.js';
import { GatewayController } from './gateway.controller.js';
import { Presence } from './presence.js';
import { SilenceWatch } from './silence-watch.js';
import { CHANNEL_HUB, PRESENCE, SILENCE_WATCH } from './tokens.js';

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
    {
      provide: SILENCE_WATCH,
      inject: [DATABASE, CLOCK, LOG, SETTINGS],
      useFactory: (db: CloudDatabase, clock: Clock, log: Log, { gatewaySilence }: CloudSettings) =>
        new SilenceWatch({ db, clock, log, silenceMs: gatewaySilence }),
    },
  ],
  exports: [PRESENCE],
})
export class SitesModule implements OnModuleInit, OnModuleDestroy {
  constructor(
    @Inject(CHANNEL_HUB) private readonly hub: ChannelHub,
    @Inject(SILENCE_WATCH) private readonly watch: SilenceWatch,
  ) {}

  onModuleInit(): void {
    this.watch.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.watch.stop();
    await this.hub.close();
  }
}
