import type { Clock, Log } from '@angrid/runtime';
import { Gauge, type Registry } from 'prom-client';
import { SESSIONS_CHANNEL } from './accounts/sessions.js';
import { raiseCare } from './care/raise-care.js';
import { tellWitness, witnessOf } from './audit/witness.js';
import { bookPoints } from './appraisal/book-points.js';
import type { Courier } from './channels/channel.js';
import { pruneLegLinks } from './channels/leg-links.js';
import type { CloudSettings } from './config/settings.js';
import { FeedHub } from './console/feed/feed-hub.js';
import { runReplays } from './correlation/replay.js';
import { releaseHeld } from './correlation/release-held.js';
import type { CloudDatabase } from './database.js';
import { type Backlog, readBacklog } from './dispatch/backlog.js';
import { FEED_CHANNEL, LEGS_CHANNEL } from './dispatch/feed.js';
import { placeFeedBatches, pruneFeed } from './dispatch/feed-sequencer.js';
import type { Governance } from './playbooks/governance.js';
import { markReceived, newlyReceived } from './dispatch/leg-delivery.js';
import { LegSender, type LegSenderOptions } from './dispatch/leg-sender.js';
import { runTimers } from './dispatch/timers.js';
import { relinkAll } from './linking/relink.js';
import type { Notifications } from './platform/database/index.js';
import { Poller } from './platform/jobs/poller.js';

export interface WorkersOptions {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: CloudSettings;
  readonly notifications: Notifications;
  readonly metrics: Registry;
  readonly courier: Courier;
  readonly governance: Governance;
}

/** Everything of the people's side that works without being asked by a request. */
export interface Workers {
  readonly hub: FeedHub;
  /** Names of those that do not get on, of those without which nobody is told. */
  stuck(): readonly string[];
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 1000;
const PRUNE_EVERY_MS = 600_000;
const RELINK_EVERY_MS = 60_000;
const CARE_EVERY_MS = 300_000;
const BOOK_EVERY_MS = 60_000;
const WITNESS_EVERY_MS = 60_000;

/** Commit → position → open consoles; commit → legs; silence → the next rung. All of it wakes by the same channel. */
export function startWorkers(options: WorkersOptions): Workers {
  const { db, clock, notifications } = options;
  const hub = feedHub(options);
  const poller = (name: string, work: () => Promise<unknown>, everyMs = LOOK_EVERY_MS): Poller =>
    new Poller({ name, clock, log: options.log, everyMs, work: async () => void (await work()) });
  let areLegsQueued = true;
  const sequencer = poller('feed positions', async () => {
    hub.wake(await placeFeedBatches(db));
    if (areLegsQueued) sender.wake();
    areLegsQueued = false;
  });
  const legs = new LegSender({ ...options, fourPlatforms: fourPlatformsOf(options.settings) });
  const sender = poller('legs', () => legs.work());
  const timers = poller('timers', () => runTimers(options));
  const replays = poller('replays', () => runReplays({ db, clock }));
  const held = poller('held alerts', () => releaseHeld(options));
  const pruner = poller('old feed', () => pruneFeed(db, clock.wall()), PRUNE_EVERY_MS);
  const relinker = poller('links of units', () => relinkAll(db, new Date(clock.wall())), RELINK_EVERY_MS);
  const links = poller('old links', () => pruneLegLinks(db, new Date(clock.wall())), PRUNE_EVERY_MS);
  const points = poller('points', () => bookPoints(options), BOOK_EVERY_MS);
  const witness = witnessOf(options.settings);
  const roots = poller('audit roots', async () => witness && tellWitness({ ...options, witness }), WITNESS_EVERY_MS);
  const care = poller('care', () => raiseCare(options), CARE_EVERY_MS);
  const stopListening = [
    notifications.listen(FEED_CHANNEL, () => sequencer.wake()),
    notifications.listen(LEGS_CHANNEL, () => {
      areLegsQueued = true;
      sequencer.wake();
    }),
    notifications.listen(SESSIONS_CHANNEL, (account) => void hub.recheck(account)),
  ];
  hub.start();
  showBacklog(options);
  const vital = [sequencer, sender, timers, held];
  const pollers = [...vital, relinker, replays, points, pruner, links, care, roots];
  for (const each of pollers) each.start();
  return {
    hub,
    stuck: () => vital.filter((each) => each.isStuck).map(({ name }) => name),
    stop: async () => {
      for (const stop of stopListening) stop();
      await Promise.all(pollers.map((each) => each.stop()));
      await hub.stop();
    },
  };
}

function feedHub({ db, clock, log, settings, metrics }: WorkersOptions): FeedHub {
  const hub = new FeedHub({
    db,
    clock,
    log,
    silenceMs: settings.gatewaySilence,
    onGiven: (given) => {
      const received = given.flatMap(({ session, incidents }) => newlyReceived(session, incidents, 'delivered'));
      const legs = [...new Set(received)];
      const now = new Date(clock.wall());
      markReceived(db, legs, { reception: 'delivered', now }).catch((error: unknown) =>
        log.warn({ err: error }, 'a delivery was not noted'),
      );
    },
  });
  new Gauge({
    name: 'angrid_feed_viewers',
    help: 'Consoles with an open live feed',
    registers: [metrics],
    collect() {
      this.set(hub.size);
    },
  });
  return hub;
}

/** Read when somebody asks; a database that does not answer leaves the numbers out. */
function showBacklog({ db, clock, metrics }: WorkersOptions): void {
  const read = () => readBacklog(db, new Date(clock.wall())).catch(() => undefined);
  new Gauge({
    name: 'angrid_legs_queued',
    help: 'Pushes that wait to be sent',
    labelNames: ['channel'],
    registers: [metrics],
    async collect() {
      this.reset();
      for (const [channel, count] of Object.entries((await read())?.legs ?? {})) this.set({ channel }, count);
    },
  });
  const gauge = (name: string, help: string, of: (backlog: Backlog) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers: [metrics],
      async collect() {
        this.set((await read().then((backlog) => backlog && of(backlog))) ?? Number.NaN);
      },
    });
  gauge('angrid_legs_oldest_queued_seconds', 'For how long the oldest of them waits', ({ oldestLegS }) => oldestLegS);
  gauge('angrid_feed_unplaced', 'Rows of the live feed without a position', ({ feed }) => feed);
}

function fourPlatformsOf({ fourPlatforms: { url, secret } }: CloudSettings): LegSenderOptions['fourPlatforms'] {
  return url === undefined || secret === undefined ? undefined : { url, secret };
}
