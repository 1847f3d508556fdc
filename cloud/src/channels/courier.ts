import type { Clock, Log } from '@angrid/runtime';
import { AnGridError } from '@angrid/contract';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { Card, Channel, ChannelKind, Courier, Outcome, Push, Target, Waiting } from './channel.js';
import { type LinkMaking, makeLegLinks } from './leg-links.js';
import { planSends } from './limits.js';
import { unheard } from './post.js';
import type { SealingBox } from './sealing.js';
import { openTarget } from './targets.js';

export interface CourierOptions {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  readonly log: Log;
  readonly box: SealingBox;
  readonly channels: Readonly<Record<ChannelKind, Channel>>;
  /** Without it cards carry no link. */
  readonly links: LinkMaking | undefined;
}

type Result = Outcome | Waiting;
type Results = Map<string, Result>;

/** What may go out now, and has its place in the minute. */
interface Reserved {
  readonly target: Target;
  readonly sends: readonly (readonly [Card, ...Card[]])[];
  readonly waiting: ReadonlyMap<string, Waiting>;
}

const SCOPE = systemScope('channels');

/** Takes pushes to targets of the table channel_targets. */
export class TargetCourier implements Courier {
  constructor(private readonly options: CourierOptions) {}

  async deliver(id: string, pushes: readonly Push[]): Promise<ReadonlyMap<string, Result>> {
    const { db, channels } = this.options;
    if (pushes.length === 0) return new Map();
    const reserved = await withScope(db.service, SCOPE, (trx) => this.reserve(trx, id, pushes));
    if ('state' in reserved) return new Map(pushes.map(({ key }) => [key, reserved]));
    const { target, sends, waiting } = reserved;
    const results: Results = new Map(waiting);
    const outcomes = await Promise.all(
      sends.map(async (cards) => {
        const outcome = await this.safely(channels[target.channel].send(cards, target, this.now()));
        for (const { push } of cards) results.set(push.key, outcome);
        return outcome;
      }),
    );
    await this.book(target, outcomes);
    return results;
  }

  /** Takes its places in the minute under a lock on the target: two processes together keep the limit. */
  private async reserve(trx: CloudTransaction, id: string, pushes: readonly Push[]): Promise<Reserved | Outcome> {
    const row = await trx
      .selectFrom('channel_targets')
      .selectAll()
      .where('target_id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!row) return { state: 'gone', reason: 'target-gone' };
    if (row.gone_at !== null) return { state: 'gone', reason: row.last_reason ?? 'wants-no-more' };
    if (row.disabled_at !== null) return { state: 'gone', reason: 'target-off' };
    const now = this.now();
    const pace = { sentAt: row.sent_at, blockedUntil: row.blocked_until?.getTime() };
    const { sends, waiting, sentAt } = planSends(row.channel, pushes, pace, now.getTime());
    let target: Target;
    try {
      target = openTarget(this.options.box, row);
    } catch (error) {
      return unheard(error instanceof AnGridError ? error.code : 'channel.sealed-elsewhere');
    }
    await trx
      .updateTable('channel_targets')
      .set({ sent_at: JSON.stringify(sentAt) })
      .where('target_id', '=', id)
      .execute();
    const linkOf = await this.links(trx, row, sends.flat(), now);
    const cards = sends.map((send) => send.map((push) => ({ push, link: linkOf(push.key) })) as unknown as Cards);
    return { target, sends: cards, waiting };
  }

  private async links(
    trx: CloudTransaction,
    { target_id: target, channel }: { readonly target_id: string; readonly channel: ChannelKind },
    pushes: readonly Push[],
    now: Date,
  ): Promise<(key: string) => string | undefined> {
    const { links } = this.options;
    if (links === undefined || channel === 'webhook') return () => undefined;
    const keys = pushes.map(({ key }) => key);
    const made = await makeLegLinks(trx, target, keys, { ...links, now });
    return (key) => made.get(key);
  }

  private async book({ id, name }: Target, outcomes: readonly Outcome[]): Promise<void> {
    const worst = outcomes.find(({ state }) => state === 'gone') ?? outcomes.find(({ state }) => state === 'refused');
    const last = worst ?? outcomes.at(-1);
    if (last === undefined) return;
    const now = this.now();
    const blocks = outcomes.flatMap((outcome) =>
      'notBefore' in outcome && outcome.notBefore ? [outcome.notBefore] : [],
    );
    const blockedUntil = blocks.sort((a, b) => b.getTime() - a.getTime())[0];
    await this.options.db.service
      .updateTable('channel_targets')
      .set({
        last_state: last.state,
        last_reason: last.state === 'delivered' ? null : last.reason,
        last_at: now,
        ...(last.state === 'gone' ? { gone_at: now } : {}),
        ...(blockedUntil === undefined ? {} : { blocked_until: blockedUntil }),
      })
      .where('target_id', '=', id)
      .execute();
    if (last.state === 'gone')
      this.options.log.error({ target: id, name, reason: last.reason }, 'a channel is no more');
  }

  /** A channel answers for what the other side does; this is for what it does itself. */
  private async safely(sending: Promise<Outcome>): Promise<Outcome> {
    try {
      return await sending;
    } catch (error) {
      this.options.log.warn({ err: error }, 'a channel failed');
      return unheard(error instanceof AnGridError ? error.code : 'the channel failed');
    }
  }

  private now(): Date {
    return new Date(this.options.clock.wall());
  }
}

type Cards = readonly [Card, ...Card[]];
