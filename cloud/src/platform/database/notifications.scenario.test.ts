import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { silentLog, SystemClock } from '@angrid/runtime';
import { sql } from 'kysely';
import { startTemporaryDatabase, type TemporaryDatabase } from '../../../testing/temporary-database.js';
import { Notifications } from './notifications.js';

jest.setTimeout(60_000);

let database: TemporaryDatabase<unknown>;
let notifications: Notifications;

beforeEach(async () => {
  database = await startTemporaryDatabase();
  notifications = new Notifications({ address: database.address, clock: new SystemClock(), log: silentLog });
});
afterEach(async () => {
  await notifications.close();
  await database.close();
});

/** What a handler heard, to be awaited one by one. */
class Heard {
  private readonly payloads: (string | undefined)[] = [];
  private wake: () => void = () => undefined;

  readonly handler = (payload: string | undefined): void => {
    this.payloads.push(payload);
    this.wake();
  };

  async next(): Promise<string | undefined> {
    while (this.payloads.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    return this.payloads.shift();
  }
}

async function notify(channel: string, payload: string): Promise<void> {
  await sql`select pg_notify(${channel}, ${payload})`.execute(database.service);
}

describe('notifications', () => {
  it('say first that they listen, then what is sent on their channel', async () => {
    const news = new Heard();
    notifications.listen('news', news.handler);
    expect(await news.next()).toBeUndefined();
    await notify('other', 'not for us');
    await notify('news', 'one');
    await notify('news', 'two');
    expect([await news.next(), await news.next()]).toEqual(['one', 'two']);
  });

  it('reach several handlers, also one that comes later, and none that went', async () => {
    const [first, second] = [new Heard(), new Heard()];
    const stop = notifications.listen('news', first.handler);
    expect(await first.next()).toBeUndefined();
    notifications.listen('news', second.handler);
    expect(await second.next()).toBeUndefined();
    await notify('news', 'both');
    expect([await first.next(), await second.next()]).toEqual(['both', 'both']);

    stop();
    notifications.listen('news', first.handler);
    expect(await first.next()).toBeUndefined();
  });

  it('say again that they listen after their connection was cut', async () => {
    const news = new Heard();
    notifications.listen('News "of" the day', news.handler);
    expect(await news.next()).toBeUndefined();
    await database.asOwner((owner) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and query like 'listen%'`.execute(owner),
    );
    expect(await news.next()).toBeUndefined();
    await notify('News "of" the day', 'again');
    expect(await news.next()).toBe('again');
  });
});
