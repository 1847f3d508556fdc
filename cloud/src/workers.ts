import type { Clock, Log } from '@angrid/runtime';
import { Gauge, Registry } from 'prom-client';
import type { BearerAuthenticator } from './accounts/authenticator.js';
import { SESSIONS_CHANNEL } from './accounts/sessions.js';
import type { CloudSettings } from './config/settings.js';
import { FeedHub } from './console/feed/feed-hub.js';
import type { CloudDatabase } from './database.js';
import { FEED_CHANNEL } from './dispatch/feed.js';
import { FeedSequencer } from './dispatch/feed-sequencer.js';
import { markDelivered, newlyDelivered } from './dispatch/leg-delivery.js';
import { Notifications } from './platform/database/index.js';
import { authenticateGateway } from './sites/gateway-authenticator.js';

export interface WorkersOptions {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: CloudSettings;
}

/** Everything that works without being asked by a request. */
export interface Workers {
  readonly hub: FeedHub;
  readonly notifications: Notifications;
  readonly metrics: Registry;
  readonly gateways: BearerAuthenticator;
  stop(): Promise<void>;
}

export function startWorkers({ db, clock, log, settings }: WorkersOptions): Workers {
  const metrics = new Registry();
  const hub = new FeedHub({
    db,
    clock,
    log,
    silenceMs: settings.gatewaySilence,
    onGiven: (session, incidents) => {
      const legs = newlyDelivered(session, incidents);
      markDelivered(db, legs, new Date(clock.wall())).catch((error: unknown) =>
        log.warn({ err: error }, 'a delivery was not noted'),
      );
    },
  });
  const sequencer = new FeedSequencer({ db, clock, log, onPlaced: () => hub.wake() });
  const notifications = new Notifications({ address: db.address, clock, log });
  notifications.listen(FEED_CHANNEL, () => sequencer.wake());
  notifications.listen(SESSIONS_CHANNEL, (account) => void hub.dropEnded(account));
  new Gauge({
    name: 'angrid_feed_viewers',
    help: 'Consoles with an open live feed',
    registers: [metrics],
    collect() {
      this.set(hub.size);
    },
  });
  hub.start();
  sequencer.start();
  return {
    hub,
    notifications,
    metrics,
    gateways: authenticateGateway,
    stop: async () => {
      await notifications.close();
      await sequencer.stop();
      await hub.stop();
    },
  };
}
