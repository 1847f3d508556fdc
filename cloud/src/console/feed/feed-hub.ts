import type { Cancel, Clock, Log } from '@angrid/runtime';
import { scopeOfAccount } from '../../accounts/account-scope.js';
import { endedSessions, type Session } from '../../accounts/sessions.js';
import type { CloudDatabase, CloudTransaction } from '../../database.js';
import { Poller } from '../../platform/jobs/poller.js';
import { type Scope, systemScope, withScope } from '../../platform/database/index.js';
import type { IncidentView } from '../shapes.js';
import { feedEnds, type FeedMessage, type FeedPage, type FeedWindow, nextWindow, readFeedPage } from './feed-page.js';
import { Letters } from './letters.js';
import { compoundsOf, type Reading, readingsOf, type Sight } from './readings.js';

const KEEP_ALIVE_MS = 15_000;
const LOOK_EVERY_MS = 1000;
/** Readings that run side by side; each takes a connection. */
const AT_ONCE = 6;
/** A console that has not yet taken this much of what it was given before is cut off; it comes back and replays. */
const MOST_WAITING_BYTES = 1024 * 1024;
/** All of it goes by positions and keys. */
const KEPT = { accessMode: 'read only', plans: 'kept' } as const;

/** The open stream of one session. */
export interface FeedStream {
  /** False where the bytes wait because the reader is slow. */
  write(text: string): boolean;
  readonly waitingBytes: number;
  end(): void;
}

export interface Viewer extends Sight {
  readonly session: Session;
  readonly stream: FeedStream;
}

/** What has reached the console of a session. */
export interface Given {
  readonly session: Session;
  readonly incidents: readonly IncidentView[];
}

interface Watching extends Viewer {
  /** Everything up to here was written, or was not for this viewer. */
  position: number;
}

export interface FeedHubOptions {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly silenceMs: number;
  readonly onGiven: (given: readonly Given[]) => void;
}

/** Brings what has got a position to the open streams, each within its scope. */
export class FeedHub {
  private readonly viewers = new Set<Watching>();
  private readonly poller: Poller;
  private latest = 0;
  private closed = false;
  private stopKeepAlive: Cancel = () => undefined;

  constructor(private readonly options: FeedHubOptions) {
    const { clock, log } = options;
    this.poller = new Poller({ name: 'feed', clock, log, everyMs: LOOK_EVERY_MS, work: () => this.catchUp() });
  }

  start(): void {
    this.stopKeepAlive = this.options.clock.every(KEEP_ALIVE_MS, () => void this.keepAlive());
    this.poller.start();
  }

  get size(): number {
    return this.viewers.size;
  }

  /** Begins a stream after `after`, else with what comes from now on. The returned function ends it. */
  async join(viewer: Viewer, after: number | undefined): Promise<() => void> {
    const { oldest, latest } = await this.ends();
    const replays = after !== undefined && after <= latest && after >= oldest - 1;
    const watching: Watching = { ...viewer, position: replays ? after : latest };
    const serverTime = new Date(this.options.clock.wall()).toISOString();
    viewer.stream.write(`event: hello\ndata: ${JSON.stringify({ position: latest, serverTime })}\n\n`);
    if (after !== undefined && after < oldest - 1) viewer.stream.write('event: reset\ndata: {}\n\n');
    if (this.closed) viewer.stream.end();
    else this.viewers.add(watching);
    await this.recheck(viewer.session.account.id);
    this.wake(latest);
    return () => this.viewers.delete(watching);
  }

  /** Everything up to `latest` can be read. */
  wake(latest: number): void {
    this.latest = Math.max(this.latest, latest);
    this.poller.wake();
  }

  /**
   * Ends streams whose session is over, or whose account sees something else than it did when they were opened; of one
   * account where it is given. The console opens a stream anew and goes on where it was.
   */
  async recheck(account = ''): Promise<void> {
    const watching = [...this.viewers].filter(({ session }) => account === '' || session.account.id === account);
    const hashes = watching.map(({ session }) => session.hash);
    const ended = hashes.length === 0 ? new Set() : await endedSessions(this.options, hashes);
    const scopes = new Map<string, string>();
    for (const viewer of watching) {
      const { session, scope } = viewer;
      const { id } = session.account;
      if (!ended.has(session.hash) && !scopes.has(id)) scopes.set(id, await this.scopeNow(session));
      if (ended.has(session.hash) || scopes.get(id) !== JSON.stringify(scope)) this.drop(viewer);
    }
  }

  async stop(): Promise<void> {
    this.closed = true;
    this.stopKeepAlive();
    await this.poller.stop();
    for (const viewer of this.viewers) this.drop(viewer);
  }

  private async catchUp(): Promise<void> {
    const { latest } = this;
    const behind = [...this.viewers].filter(({ position }) => position < latest);
    for (const [position, viewers] of byPosition(behind)) await this.serve(viewers, position, latest);
  }

  /** Viewers at one position. Positions are seen in their order: all up to `latest` are. */
  private async serve(viewers: readonly Watching[], after: number, latest: number): Promise<void> {
    const window = await this.asSystem((trx) => nextWindow(trx, after), compoundsOf(viewers));
    const upTo = window.full ? window.upTo : Math.max(window.upTo, latest);
    if (upTo < latest) this.poller.wake();
    const letters = new Letters(viewers, readingsOf(viewers, window.affected));
    const given = letters.complete.flatMap(({ viewer, pages }) => this.give(viewer, pages, upTo));
    const lane = async (): Promise<void> => {
      for (let next = letters.next(); next; next = letters.next()) {
        const page = await this.read(next, window);
        for (const { viewer, pages } of letters.take(next, page)) given.push(...this.give(viewer, pages, upTo));
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
    if (given.length > 0) this.options.onGiven(given);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private read({ scope, topics }: Reading<Watching>, { after, batches }: FeedWindow): Promise<FeedPage> {
    const { db, clock, silenceMs } = this.options;
    const request = { after, batches, topics, now: new Date(clock.wall()), silenceMs };
    return withScope(db.service, scope, (trx) => readFeedPage(trx, request), KEPT);
  }

  /** In the order of their positions: who comes back with the last one has missed none. */
  private give(viewer: Watching, pages: readonly FeedPage[], upTo: number): readonly Given[] {
    viewer.position = upTo;
    const messages = pages.flatMap((page) => page.messages).sort(inOrder);
    if (messages.length === 0 || !this.viewers.has(viewer)) return [];
    if (viewer.stream.waitingBytes > MOST_WAITING_BYTES) {
      this.drop(viewer);
      return [];
    }
    viewer.stream.write(messages.map(({ text }) => text).join(''));
    const incidents = pages.flatMap((page) => page.incidents);
    return incidents.length === 0 ? [] : [{ session: viewer.session, incidents }];
  }

  private async keepAlive(): Promise<void> {
    for (const viewer of this.viewers) viewer.stream.write(': keep-alive\n\n');
    await this.recheck().catch((error: unknown) => this.options.log.warn({ err: error }, 'sessions were not checked'));
  }

  private async scopeNow({ account }: Session): Promise<string> {
    const { db, clock } = this.options;
    return JSON.stringify(await scopeOfAccount(db, account, new Date(clock.wall())));
  }

  private drop(viewer: Watching): void {
    this.viewers.delete(viewer);
    viewer.stream.end();
  }

  private ends(): ReturnType<typeof feedEnds> {
    return this.asSystem(feedEnds);
  }

  private asSystem<Result>(
    work: (trx: CloudTransaction) => Promise<Result>,
    compounds: Scope['compounds'] = 'all',
  ): Promise<Result> {
    const scope = { ...systemScope('feed'), compounds };
    return withScope(this.options.db.service, scope, work, KEPT);
  }
}

function inOrder(one: FeedMessage, other: FeedMessage): number {
  return one.position - other.position;
}

function byPosition(viewers: Iterable<Watching>): ReadonlyMap<number, readonly Watching[]> {
  const groups = new Map<number, Watching[]>();
  for (const viewer of viewers) groups.set(viewer.position, [...(groups.get(viewer.position) ?? []), viewer]);
  return groups;
}
