import { LIVE_MEDIA_TYPE } from '@angrid/contract';
import type { Cancel, Clock, Log } from '@angrid/runtime';
import { Inject, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { endedSessions, SESSIONS_CHANNEL } from '../accounts/sessions.js';
import type { CloudDatabase } from '../database.js';
import type { Notifications } from '../platform/database/index.js';
import { streamBodies } from '../platform/http/body.js';
import { CLOCK, DATABASE, LOG, NOTIFICATIONS } from '../platform/tokens.js';
import { SitesModule } from '../sites/sites.module.js';
import { GatewayLiveController } from './gateway-live.controller.js';
import { LiveDesk } from './live-desk.js';
import { hearElsewhere, LIVE_CHANNEL } from './live-elsewhere.js';
import { LiveController } from './live.controller.js';
import { LIVE_DESK } from './tokens.js';

const CHECK_SESSIONS_MS = 15_000;

/** The picture of a camera, from its gateway to those who may watch it now. */
@Module({
  imports: [SitesModule],
  controllers: [LiveController, GatewayLiveController],
  providers: [
    {
      provide: LIVE_DESK,
      inject: [DATABASE, CLOCK, LOG],
      useFactory: (db: CloudDatabase, clock: Clock, log: Log) =>
        new LiveDesk({ clock, log, endedSessions: (hashes) => endedSessions({ db, clock }, hashes) }),
    },
  ],
})
export class LiveModule implements OnModuleInit, OnModuleDestroy {
  private stops: readonly Cancel[] = [];

  constructor(
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(LIVE_DESK) private readonly desk: LiveDesk,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(NOTIFICATIONS) private readonly notifications: Notifications,
  ) {}

  onModuleInit(): void {
    streamBodies(this.host.httpAdapter.getInstance<FastifyInstance>(), [LIVE_MEDIA_TYPE]);
    this.stops = [
      this.notifications.listen(SESSIONS_CHANNEL, (account) => void this.desk.dropEnded(account)),
      this.notifications.listen(LIVE_CHANNEL, (payload) => hearElsewhere(this.desk, payload)),
      this.clock.every(CHECK_SESSIONS_MS, () => void this.desk.dropEnded()),
    ];
  }

  onModuleDestroy(): void {
    for (const stop of this.stops) stop();
    this.desk.stop();
  }
}
