import type { Clock, Log } from '@angrid/runtime';
import { sql } from 'kysely';
import type { CloudDatabase } from '../database.js';
import { systemScope, withScope } from '../platform/database/index.js';

/** One sequencer at a time, over all replicas. */
const SEQUENCER_LOCK = 4_714_201_813;
const BATCH = 1000;
const LOOK_EVERY_MS = 1000;
const PRUNE_EVERY_MS = 600_000;
/** How long a console may be away and still replay. */
const KEPT_MS = 2 * 86_400_000;

export interface SequencerOptions {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  /** Rows have been placed, here or by another replica: look at the table. */
  readonly onPlaced: () => void;
}

/**
 * Gives the rows of the feed their positions after their transactions have committed. A row that is not committed yet
 * is not seen, and gets a later position than all that were: whoever has read up to a position misses nothing.
 */
export class FeedSequencer {
  private running: Promise<void> | undefined;
  private again = false;
  private stops: readonly (() => void)[] = [];

  constructor(private readonly options: SequencerOptions) {}

  start(): void {
    const { clock } = this.options;
    this.stops = [
      clock.every(LOOK_EVERY_MS, () => this.wake()),
      clock.every(PRUNE_EVERY_MS, () => void this.prune().catch((error: unknown) => this.complain(error))),
    ];
    this.wake();
  }

  /** Something was committed, perhaps. */
  wake(): void {
    this.again = true;
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (this.again) this.wake();
    });
  }

  async stop(): Promise<void> {
    for (const stop of this.stops) stop();
    this.again = false;
    await this.running;
  }

  private async run(): Promise<void> {
    try {
      while (this.again) {
        this.again = false;
        const placed = await placeFeedRows(this.options.db);
        if (placed === BATCH) this.again = true;
        this.options.onPlaced();
      }
    } catch (error) {
      this.again = false;
      this.complain(error);
    }
  }

  private async prune(): Promise<void> {
    const before = new Date(this.options.clock.wall() - KEPT_MS);
    await withScope(this.options.db.service, systemScope('feed'), (trx) =>
      trx.deleteFrom('feed').where('created_at', '<', before).where('position', 'is not', null).execute(),
    );
  }

  /** The next look tries again. */
  private complain(error: unknown): void {
    this.options.log.warn({ err: error }, 'the live feed could not be put in order');
  }
}

/** Places what is committed and has no position; how many rows. The lock is held until the positions are committed. */
export async function placeFeedRows(db: CloudDatabase): Promise<number> {
  return withScope(db.service, systemScope('feed'), async (trx) => {
    await sql`select pg_advisory_xact_lock(${SEQUENCER_LOCK})`.execute(trx);
    const result = await sql`
      update feed f set position = placed.position
      from (
        select feed_id, nextval('feed_positions') as position
        from (select feed_id from feed where position is null order by feed_id limit ${BATCH}) unplaced) placed
      where f.feed_id = placed.feed_id`.execute(trx);
    return Number(result.numAffectedRows ?? 0);
  });
}
