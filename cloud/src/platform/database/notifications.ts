import type { Cancel, Clock, Log } from '@angrid/runtime';
import pg from 'pg';
import { clientConfig, type DatabaseAddress } from './connection.js';

/**
 * Takes the payload of a notification; undefined says that listening begins (again) and that notifications may have
 * passed unheard: look at the tables.
 */
export type NotificationHandler = (payload: string | undefined) => void;

export interface NotificationsOptions {
  readonly address: DatabaseAddress;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const CHECK_EVERY_MS = 15_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * LISTEN on one connection of its own that comes back by itself, with growing pauses. NOTIFY reaches nobody while it is
 * away: a notification says "look", never "this happened".
 */
export class Notifications {
  private readonly handlers = new Map<string, Set<NotificationHandler>>();
  private readonly closing = new AbortController();
  private client: pg.Client | undefined;
  private running: Promise<void> | undefined;
  private asked: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: NotificationsOptions) {}

  /** Calls `handler` until the returned function is called; the first call, without payload, says that it listens. */
  listen(channel: string, handler: NotificationHandler): Cancel {
    const handlers = this.handlers.get(channel) ?? new Set();
    this.handlers.set(channel, handlers.add(handler));
    this.running ??= this.run();
    if (this.client !== undefined) void this.subscribe(this.client, channel, [handler]);
    return () => handlers.delete(handler);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.client?.end();
    await this.running;
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    let pause = FIRST_PAUSE_MS;
    while (!this.closing.signal.aborted) {
      pause = (await this.session()) ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
      await clock.sleep(pause * (0.5 + Math.random() / 2), this.closing.signal).catch(() => undefined);
    }
  }

  /** Listens until the connection ends; false where it never came about. */
  private async session(): Promise<boolean> {
    const { address, clock, log } = this.options;
    const client = new pg.Client({ ...clientConfig(address, 'service'), query_timeout: ANSWER_WITHIN_MS });
    const ended = new Promise<void>((resolve) => client.once('end', resolve));
    client.on('error', (error) => log.warn({ reason: error.message }, 'the connection for notifications was lost'));
    client.on('notification', ({ channel, payload }) => this.tell(channel, payload ?? ''));
    try {
      await client.connect();
    } catch (error) {
      log.debug({ reason: String(error) }, 'no connection for notifications yet');
      return false;
    }
    this.client = client;
    const stopChecking = clock.every(CHECK_EVERY_MS, () => this.ask(client, 'select 1').catch(() => client.end()));
    for (const [channel, handlers] of this.handlers) void this.subscribe(client, channel, handlers);
    if (this.closing.signal.aborted) await client.end();
    await ended;
    stopChecking();
    this.client = undefined;
    return true;
  }

  /** A connection that cannot listen is given up; the next one tries again. */
  private async subscribe(client: pg.Client, channel: string, handlers: Iterable<NotificationHandler>): Promise<void> {
    const listens = await this.ask(client, `listen ${pg.escapeIdentifier(channel)}`).then(
      () => true,
      () => false,
    );
    if (listens) this.tell(channel, undefined, handlers);
    else await client.end();
  }

  /** One question at a time. */
  private ask(client: pg.Client, text: string): Promise<unknown> {
    const answer = this.asked.then(() => client.query(text));
    this.asked = answer.catch(() => undefined);
    return answer;
  }

  private tell(channel: string, payload: string | undefined, handlers?: Iterable<NotificationHandler>): void {
    const current = this.handlers.get(channel) ?? new Set();
    for (const handler of handlers ?? current) if (current.has(handler)) handler(payload);
  }
}
