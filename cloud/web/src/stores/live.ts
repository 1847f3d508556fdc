import { computed, type ComputedRef, type InjectionKey, type Ref, shallowRef } from 'vue';
import type { Api } from '../api/index.js';
import type { Http } from '../api/http.js';
import { ApiProblem } from '../api/problem.js';
import type { Incident, Overview } from '../api/types.js';
import {
  type Board,
  emptyBoard,
  mergeEntries,
  mergeIncident,
  replaceDoors,
  replaceGateways,
  replaceIncidents,
  settleStale,
} from '../feed/board.js';
import type { FeedEntry } from '../feed/entry.js';
import { type Feed, type FeedLink, openFeed } from '../feed/feed-client.js';
import type { Clock } from '../time/clock.js';
import { required } from './inject.js';
import type { ServerTime } from './server-time.js';

/** The world as the cloud tells it, and how fresh that is. */
export interface LiveStore {
  readonly board: Readonly<Ref<Board>>;
  readonly overview: Readonly<Ref<Overview | undefined>>;
  readonly link: Readonly<Ref<FeedLink>>;
  /** When the last byte came from the cloud, in the cloud's milliseconds. */
  readonly lastContactAt: Readonly<Ref<number | undefined>>;
  /** False until the open incidents have been loaded once. */
  readonly loaded: Readonly<Ref<boolean>>;
  /** The board may be out of date: do not trust its silence. */
  readonly doubtful: ComputedRef<boolean>;
  start(): void;
  stop(): void;
  retryNow(): void;
  refreshOverview(): Promise<void>;
  loadDoors(): Promise<void>;
  /** Puts an incident that an answer gave onto the board. */
  take(incident: Incident): void;
  /** Called for incidents that are new or have become more severe. */
  onRaised(hear: (incidents: readonly Incident[]) => void): () => void;
}

export const liveKey: InjectionKey<LiveStore> = Symbol('live');
export const useLive = (): LiveStore => required(liveKey);

export interface LiveOptions {
  readonly api: Pick<Api, 'incidents' | 'devices'>;
  readonly http: Pick<Http, 'open'>;
  readonly clock: Clock;
  readonly time: ServerTime;
  readonly random: () => number;
  /** An installer sees devices and gateways, but no incident. */
  readonly seesIncidents: () => boolean;
}

/** A storm of alerts redraws the page five times a second, not five hundred. */
const BATCH_MS = 200;
const OVERVIEW_MS = 30_000;
const AFTER_CHANGE_MS = 1500;
const RELOAD_RETRY_MS = 5000;
const PAGE = 100;
const MOST_PAGES = 15;

export function createLive(options: LiveOptions): LiveStore {
  return new Live(options);
}

class Live implements LiveStore {
  readonly board = shallowRef<Board>(emptyBoard);
  readonly overview = shallowRef<Overview>();
  readonly link = shallowRef<FeedLink>('connecting');
  readonly lastContactAt = shallowRef<number>();
  readonly loaded = shallowRef(false);
  readonly doubtful = computed(() => this.link.value !== 'live' || !this.loaded.value);

  private feed: Feed | undefined;
  /** Counts the starts: an answer to a question of an earlier one, perhaps of another account, is left aside. */
  private run = 0;
  private queue: FeedEntry[] = [];
  private reloading = false;
  private reloadAgain = false;
  private listeners = new Set<(incidents: readonly Incident[]) => void>();
  private cancelFlush: (() => void) | undefined;
  private cancelOverview: (() => void) | undefined;

  constructor(private readonly options: LiveOptions) {}

  start(): void {
    if (this.feed) return;
    this.run += 1;
    this.reloading = false;
    this.reloadAgain = false;
    const { http, clock, random, time } = this.options;
    this.feed = openFeed({
      open: http.open,
      clock,
      random,
      listener: {
        onLink: (link) => (this.link.value = link),
        onContact: (at) => (this.lastContactAt.value = time.of(at)),
        onServerTime: (serverTime) => time.learn(serverTime),
        onEntry: (entry) => this.enqueue(entry),
        onRestart: () => void this.reload(),
      },
    });
    this.scheduleOverview(0);
  }

  stop(): void {
    this.feed?.close();
    this.feed = undefined;
    this.cancelFlush?.();
    this.cancelFlush = undefined;
    this.cancelOverview?.();
    this.queue = [];
    this.board.value = emptyBoard;
    this.overview.value = undefined;
    this.loaded.value = false;
    this.link.value = 'connecting';
  }

  retryNow(): void {
    this.feed?.retryNow();
  }

  take(incident: Incident): void {
    this.board.value = mergeIncident(this.board.value, incident);
    this.scheduleOverview(AFTER_CHANGE_MS);
  }

  onRaised(hear: (incidents: readonly Incident[]) => void): () => void {
    this.listeners.add(hear);
    return () => this.listeners.delete(hear);
  }

  async loadDoors(): Promise<void> {
    const { run } = this;
    const doors = await this.options.api.devices.doors();
    if (!this.isCurrent(run)) return;
    this.board.value = replaceDoors(this.board.value, doors);
  }

  async refreshOverview(): Promise<void> {
    const { run } = this;
    const overview = await this.options.api.incidents.overview();
    if (!this.isCurrent(run)) return;
    this.overview.value = overview;
    this.board.value = replaceGateways(this.board.value, overview.gateways);
  }

  private scheduleOverview(ms: number): void {
    this.cancelOverview?.();
    this.cancelOverview = this.options.clock.after(ms, () => {
      void this.refreshOverview()
        .catch(() => undefined)
        .finally(() => {
          if (this.feed) this.scheduleOverview(OVERVIEW_MS);
        });
    });
  }

  private enqueue(entry: FeedEntry): void {
    this.queue.push(entry);
    this.cancelFlush ??= this.options.clock.after(BATCH_MS, () => this.flush());
  }

  /** While the incidents are being loaded the entries wait: what is loaded is not news. */
  private flush(): void {
    this.cancelFlush = undefined;
    if (this.reloading || this.queue.length === 0) return;
    const { board, raised } = mergeEntries(this.board.value, this.queue);
    this.queue = [];
    this.board.value = board;
    if (raised.length > 0) for (const hear of this.listeners) hear(raised);
    if (board.stale.size > 0) void this.fetchStale([...board.stale]);
    this.scheduleOverview(AFTER_CHANGE_MS);
  }

  private async fetchStale(ids: readonly string[]): Promise<void> {
    const { run } = this;
    this.board.value = settleStale(this.board.value, ids);
    for (const id of ids.slice(0, PAGE)) {
      const known = this.board.value.incidents.has(id);
      const incident = await this.options.api.incidents.get(id).catch(() => undefined);
      if (!this.isCurrent(run)) return;
      if (!incident) continue;
      this.board.value = mergeIncident(this.board.value, incident);
      if (!known && incident.state !== 'closed') for (const hear of this.listeners) hear([incident]);
    }
  }

  private isCurrent(run: number): boolean {
    return this.feed !== undefined && run === this.run;
  }

  private async reload(): Promise<void> {
    if (!this.feed) return;
    this.reloadAgain = this.reloading;
    if (this.reloading) return;
    this.reloading = true;
    const { run } = this;
    const incidents = await this.loadOpen().catch((error: unknown) => this.reloadLater(error));
    if (!this.isCurrent(run)) return;
    if (incidents) this.board.value = replaceIncidents(this.board.value, incidents);
    if (incidents) this.loaded.value = true;
    this.reloading = false;
    this.flush();
    if (this.reloadAgain) void this.reload();
  }

  private reloadLater(error: unknown): undefined {
    const signedOut = error instanceof ApiProblem && error.status === 401;
    if (!signedOut) this.options.clock.after(RELOAD_RETRY_MS, () => void this.reload());
    return undefined;
  }

  private async loadOpen(): Promise<Incident[]> {
    const incidents: Incident[] = [];
    if (!this.options.seesIncidents()) return incidents;
    let before: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { items, next } = await this.options.api.incidents.list({ state: 'open', limit: PAGE, before });
      incidents.push(...items);
      if (next === null) break;
      before = next;
    }
    return incidents;
  }
}
