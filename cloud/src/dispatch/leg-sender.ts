import type { Clock, Log } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import { announce } from './feed.js';
import { type LegMessage, legMessage } from './leg-message.js';
import { retryAfter } from './retry-schedule.js';
import { postWebhook, type WebhookOutcome, type WebhookTarget } from './webhook.js';

/** While an attempt runs nobody else tries; a sender that died gives the leg back after this. */
const LEASE_MS = 60_000;
const AT_ONCE = 8;
const SCOPE = systemScope('dispatch');

export interface LegSenderOptions {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the legs of the four platforms go; without one they fail and say so. */
  readonly fourPlatforms: WebhookTarget | undefined;
}

interface Claimed {
  readonly leg: string;
  readonly incident: string;
  readonly attempts: number;
  readonly exercise: boolean;
  readonly message: LegMessage;
}

/**
 * Works the queued legs, also of what another process left behind. A leg on the console is sent once the feed may show
 * it. A leg to the four platforms is posted until it is received: at least once, with the leg's id as the message's
 * id. In an exercise nothing leaves the house.
 */
export class LegSender {
  /** The receiver said 410: until the next start nothing is posted to it. */
  private gone = false;

  constructor(private readonly options: LegSenderOptions) {}

  /** Works until nothing is due. */
  async work(): Promise<void> {
    await this.sendToConsole();
    for (let claimed = await this.claim(); claimed.length > 0; claimed = await this.claim()) {
      await Promise.all(claimed.map((leg) => this.post(leg)));
    }
  }

  private async sendToConsole(): Promise<void> {
    const { db } = this.options;
    const now = this.now();
    await withScope(db.service, SCOPE, async (trx) => {
      const { rows } = await sql<{ incident: string }>`
        update legs set state = 'sent', sent_at = ${now}, attempts = 1
        where leg_id in (
          select leg_id from legs where state = 'queued' and channel = 'console' limit 1000 for update skip locked)
        returning incident_id as incident`.execute(trx);
      await announceIncidents(trx, [...new Set(rows.map(({ incident }) => incident))], now);
    });
  }

  private async claim(): Promise<readonly Claimed[]> {
    const now = this.now();
    return withScope(this.options.db.service, SCOPE, async (trx) => {
      const { rows } = await sql<Omit<Claimed, 'message'>>`
        update legs l set attempts = attempts + 1, next_attempt_at = ${new Date(now.getTime() + LEASE_MS)}
        from (
          select leg_id from legs
          where state = 'queued' and channel = 'webhook' and next_attempt_at <= ${now}
          order by next_attempt_at limit ${AT_ONCE} for update skip locked) due, incidents i
        where l.leg_id = due.leg_id and i.incident_id = l.incident_id
        returning l.leg_id as leg, l.incident_id as incident, l.attempts, i.exercise`.execute(trx);
      const claimed: Claimed[] = [];
      for (const row of rows) claimed.push({ ...row, message: await legMessage(trx, row.incident) });
      return claimed;
    });
  }

  private async post(claimed: Claimed): Promise<void> {
    const { fourPlatforms } = this.options;
    if (claimed.exercise) return this.settle(claimed, { state: 'sent', receipt: { exercise: true } });
    if (fourPlatforms === undefined) return this.fail(claimed, 'fourPlatforms.url is not configured');
    if (this.gone) return this.fail(claimed, 'the receiver wants no more (410)');
    const { leg: id, message } = claimed;
    await this.conclude(claimed, await postWebhook(fourPlatforms, { id, at: this.now(), body: message }));
  }

  private conclude(claimed: Claimed, outcome: WebhookOutcome): Promise<void> {
    switch (outcome.state) {
      case 'received':
        return this.settle(claimed, { state: 'delivered', receipt: outcome.receipt });
      case 'gone':
        this.gone = true;
        this.options.log.error({ leg: claimed.leg }, 'the four platforms want no more pushes (410)');
        return this.fail(claimed, 'HTTP 410', outcome.receipt);
      case 'refused':
        return this.retry(claimed, outcome.reason, outcome.receipt);
    }
  }

  private async retry(claimed: Claimed, reason: string, receipt?: object): Promise<void> {
    const pause = retryAfter(claimed.attempts);
    if (pause === undefined) return this.fail(claimed, reason, receipt);
    const nextAttempt = new Date(this.now().getTime() + pause);
    await this.settle(claimed, { state: 'queued', reason, nextAttempt, ...(receipt === undefined ? {} : { receipt }) });
  }

  private fail(claimed: Claimed, reason: string, receipt?: object): Promise<void> {
    this.options.log.warn({ leg: claimed.leg, reason }, 'a leg could not be sent');
    return this.settle(claimed, { state: 'failed', reason, ...(receipt === undefined ? {} : { receipt }) });
  }

  private async settle({ leg, incident }: Claimed, end: Settled): Promise<void> {
    const now = this.now();
    await withScope(this.options.db.service, SCOPE, async (trx) => {
      await trx
        .updateTable('legs')
        .set({
          state: end.state,
          last_error: end.reason ?? null,
          receipt: end.receipt === undefined ? null : JSON.stringify(end.receipt),
          next_attempt_at: end.nextAttempt ?? null,
          ...(end.state === 'sent' || end.state === 'delivered' ? { sent_at: now } : {}),
          ...(end.state === 'delivered' ? { delivered_at: now } : {}),
        })
        .where('leg_id', '=', leg)
        .execute();
      await announceIncidents(trx, [incident], now);
    });
  }

  private now(): Date {
    return new Date(this.options.clock.wall());
  }
}

interface Settled {
  readonly state: 'queued' | 'sent' | 'delivered' | 'failed';
  readonly reason?: string;
  readonly receipt?: object;
  readonly nextAttempt?: Date;
}

/** Tells the consoles that something about these incidents is different. */
export async function announceIncidents(trx: CloudTransaction, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length === 0) return;
  const incidents = await trx
    .selectFrom('incidents')
    .select(['incident_id as subject', 'compound_id as compound', 'unit_path as unitPath'])
    .where('incident_id', 'in', [...ids])
    .execute();
  await announce(
    trx,
    incidents.map((incident) => ({ topic: 'incident', ...incident })),
    now,
  );
}
