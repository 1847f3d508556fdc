import { type Clock, type Log, Secret } from '@angrid/runtime';
import { sql } from 'kysely';
import type { Courier, Outcome, Push, Target, Waiting } from '../channels/channel.js';
import { webhookChannel } from '../channels/webhook.js';
import { isSettled } from '../correlation/settled.js';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { announceIncidents } from './announce-incidents.js';
import type { LegEvent } from './leg.js';
import { legMessages } from './leg-message.js';
import { moveLegs } from './leg-rows.js';
import { retryAfter } from './retry-schedule.js';

/** While an attempt runs nobody else tries; a sender that died gives the leg back after this. */
const LEASE_MS = 60_000;
const AT_ONCE = 16;
const SCOPE = systemScope('dispatch');

export interface LegSenderOptions {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** Where webhook legs without a target of their own go; without one they fail and say so. */
  readonly fourPlatforms: { readonly url: URL; readonly secret: Secret } | undefined;
  /** Takes pushes to the targets that an administrator has set up. */
  readonly courier: Courier;
}

interface Claimed extends Push {
  readonly incident: string;
  readonly channel: string;
  readonly target: string | null;
  readonly exercise: boolean;
}

type Result = Outcome | Waiting;

/**
 * Works the queued legs, also of what another process left behind: legs are the outbox. They are queued in the
 * transaction of what has happened, so that nothing is pushed before its commit and nothing is lost after it; each is
 * sent at least once, with its id as the key that shows a repeated one. In an exercise nothing leaves the house.
 */
export class LegSender {
  /** The four platforms said 410: until the next start nothing is posted to them. */
  private gone = false;

  constructor(private readonly options: LegSenderOptions) {}

  /** Works until nothing is due. */
  async work(): Promise<void> {
    await this.sendToConsole();
    for (let claimed = await this.claim(); claimed.length > 0; claimed = await this.claim()) {
      await Promise.all(byTarget(claimed).map((legs) => this.send(legs)));
    }
  }

  /** A leg on the console is sent once the feed may show it. */
  private async sendToConsole(): Promise<void> {
    const { db } = this.options;
    const now = this.now();
    await withScope(db.service, SCOPE, async (trx) => {
      const { rows } = await sql<{ leg: string }>`
        update legs set attempts = 1
        where leg_id in (
          select leg_id from legs where state = 'queued' and channel = 'console' limit 1000 for no key update skip locked)
        returning leg_id as leg`.execute(trx);
      const legs = rows.map(({ leg }) => leg);
      const moved = await moveLegs(trx, legs, { type: 'sent' }, now);
      await announceIncidents(trx, [...new Set(moved.map(({ incident }) => incident))], now);
    });
  }

  /** The most severe first, then what has waited longest. */
  private async claim(): Promise<readonly Claimed[]> {
    const now = this.now();
    return withScope(this.options.db.service, SCOPE, async (trx) => {
      const { rows } = await sql<Omit<Claimed, 'message'>>`
        update legs l set attempts = l.attempts + 1, next_attempt_at = ${new Date(now.getTime() + LEASE_MS)}
        from (
          select q.leg_id from legs q join incidents m on m.incident_id = q.incident_id
          where q.state = 'queued' and q.channel <> 'console' and q.next_attempt_at <= ${now}
          order by m.severity, q.next_attempt_at limit ${AT_ONCE} for no key update of q skip locked) due, incidents i
        where l.leg_id = due.leg_id and i.incident_id = l.incident_id
        returning l.leg_id as key, l.incident_id as incident, l.channel, l.target_id as target,
          l.attempts - 1 as attempts, i.exercise`.execute(trx);
      const messages = await legMessages(trx, [...new Set(rows.map(({ incident }) => incident))]);
      return rows.flatMap((row) => {
        const message = messages.get(row.incident);
        return message ? [{ ...row, message }] : [];
      });
    });
  }

  private async send(legs: readonly [Claimed, ...Claimed[]]): Promise<void> {
    const real: Claimed[] = [];
    for (const leg of legs) {
      const event = unsent(leg);
      if (event) await this.settle(leg, event);
      else real.push(leg);
    }
    if (real.length === 0) return;
    const results = await this.deliver(legs[0], real);
    for (const leg of real) await this.conclude(leg, results.get(leg.key) ?? never('no-answer'));
  }

  private async deliver({ target, channel }: Claimed, legs: readonly Claimed[]): Promise<ReadonlyMap<string, Result>> {
    const { courier, fourPlatforms } = this.options;
    if (target !== null) return courier.deliver(target, legs);
    const all = (result: Result): ReadonlyMap<string, Result> => new Map(legs.map(({ key }) => [key, result]));
    if (channel !== 'webhook') return all(never('no-target'));
    if (fourPlatforms === undefined) return all(never('no-platform'));
    return this.deliverToPlatforms(fourPlatforms, legs);
  }

  private async deliverToPlatforms(
    { url, secret }: NonNullable<LegSenderOptions['fourPlatforms']>,
    legs: readonly Claimed[],
  ): Promise<ReadonlyMap<string, Result>> {
    const target: Target = {
      ...{ id: 'four-platforms', channel: 'webhook', name: 'four-platforms', locale: 'zh-CN' },
      ...{ address: new Secret(url.href), secrets: [secret] },
    };
    const results = new Map<string, Result>();
    for (const push of legs) {
      if (this.gone) results.set(push.key, never('wants-no-more'));
      else results.set(push.key, await webhookChannel.send([{ push, link: undefined }], target, this.now()));
      if (results.get(push.key)?.state === 'gone') this.gone = true;
    }
    return results;
  }

  private async conclude(leg: Claimed, result: Result): Promise<void> {
    switch (result.state) {
      case 'delivered':
        return this.settle(leg, { type: 'delivered', receipt: result.receipt });
      case 'waiting':
        return this.wait(leg, result.until);
      case 'gone':
        return this.fail(leg, result);
      case 'refused': {
        const again = result.retry === 'never' ? undefined : this.nextAttempt(leg, result.notBefore);
        if (again === undefined) return this.fail(leg, result);
        const { reason, receipt } = result;
        return this.settle(leg, { type: 'refused', reason, again, ...(receipt === undefined ? {} : { receipt }) });
      }
    }
  }

  private nextAttempt({ attempts }: Claimed, notBefore: Date | undefined): Date | undefined {
    const pause = retryAfter(attempts + 1);
    if (pause === undefined) return undefined;
    return new Date(Math.max(this.now().getTime() + pause, notBefore?.getTime() ?? 0));
  }

  private fail(
    leg: Claimed,
    { reason, receipt }: { readonly reason: string; readonly receipt?: object },
  ): Promise<void> {
    this.options.log.warn({ leg: leg.key, reason }, 'a leg could not be sent');
    return this.settle(leg, { type: 'failed', reason, ...(receipt === undefined ? {} : { receipt }) });
  }

  /** The target takes nothing before that; this was no attempt. */
  private async wait({ key, attempts }: Claimed, until: Date): Promise<void> {
    await withScope(this.options.db.service, SCOPE, (trx) =>
      trx
        .updateTable('legs')
        .set({ attempts, next_attempt_at: until })
        .where('leg_id', '=', key)
        .where('state', '=', 'queued')
        .execute(),
    );
  }

  private async settle({ key, incident }: Claimed, event: LegEvent): Promise<void> {
    const now = this.now();
    await withScope(this.options.db.service, SCOPE, async (trx) => {
      const moved = await moveLegs(trx, [key], event, now);
      if (moved.length > 0) await announceIncidents(trx, [incident], now);
    });
  }

  private now(): Date {
    return new Date(this.options.clock.wall());
  }
}

/**
 * What becomes of a leg without its leaving the house: an exercise stays in it, and nobody is called to what is over. A
 * platform is told of that as well, with the state.
 */
function unsent({ exercise, channel, message }: Claimed): LegEvent | undefined {
  if (exercise) return { type: 'sent', receipt: { exercise: true } };
  return channel !== 'webhook' && isSettled(message.state) ? { type: 'withdrawn' } : undefined;
}

function never(reason: string): Outcome {
  return { state: 'refused', retry: 'never', reason };
}

type Together = [Claimed, ...Claimed[]];

/** Legs of one target are handed over together: they may become one message. A leg without one goes by itself. */
function byTarget(legs: readonly Claimed[]): readonly Together[] {
  const groups = new Map<string, Together>();
  for (const leg of legs) {
    const name = leg.target ?? leg.key;
    const group = groups.get(name);
    if (group) group.push(leg);
    else groups.set(name, [leg]);
  }
  return [...groups.values()];
}
