import type { Cancel, Clock, Log } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase, CloudTransaction } from '../database.js';
import { announce } from '../dispatch/feed.js';
import { systemScope, withScope } from '../platform/database/index.js';

const EVERY_MS = 5000;

export interface SilenceWatchParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** A gateway that says nothing for this long is silent, ms. */
  readonly silenceMs: number;
}

/** Tells the consoles when a gateway falls silent and when it is back, so that a quiet wall never lies. */
export class SilenceWatch {
  private silent: ReadonlySet<string> = new Set();
  private cancel: Cancel | undefined;
  private looking: Promise<void> | undefined;

  constructor(private readonly parts: SilenceWatchParts) {}

  start(): void {
    this.cancel = this.parts.clock.every(EVERY_MS, () => {
      this.looking ??= this.look()
        .catch((error: unknown) => this.parts.log.warn({ err: error }, 'silent gateways could not be looked for'))
        .finally(() => {
          this.looking = undefined;
        });
    });
  }

  async stop(): Promise<void> {
    this.cancel?.();
    await this.looking;
  }

  private async look(): Promise<void> {
    const { db, clock, silenceMs } = this.parts;
    const now = new Date(clock.wall());
    const heardAfter = new Date(now.getTime() - silenceMs);
    this.silent = await withScope(db.service, systemScope('silence'), (trx) => this.tell(trx, heardAfter, now));
  }

  private async tell(trx: CloudTransaction, heardAfter: Date, now: Date): Promise<ReadonlySet<string>> {
    const { rows } = await sql<{ id: string; compound: string; silent: boolean }>`
      select gateway_id as id, compound_id as compound,
        coalesce(last_seen_at, enrolled_at) < ${heardAfter}::timestamptz as silent
      from gateways where status = 'active'`.execute(trx);
    const changed = rows.filter(({ id, silent }) => silent !== this.silent.has(id));
    const news = changed.map(({ id, compound }) => ({
      topic: 'gateway' as const,
      subject: id,
      compound,
      unitPath: null,
    }));
    await announce(trx, news, now);
    return new Set(rows.filter(({ silent }) => silent).map(({ id }) => id));
  }
}
