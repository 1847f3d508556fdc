import type { Cancel, Clock, Log } from '@angrid/runtime';
import type { CloudDatabase } from '../database.js';
import type { EvidenceFiles } from '../evidence/evidence-files.js';
import { dropEmptyPartitions, ensurePartitions } from './event-partitions.js';
import { expire } from './expiry.js';

const FIRST_MS = 60_000;
const EVERY_MS = 6 * 3_600_000;

export interface RetentionJobParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: EvidenceFiles;
}

/** Makes room for the events to come, and deletes what is kept no longer: four times a day. */
export class RetentionJob {
  private timers: readonly Cancel[] = [];
  private running: Promise<void> | undefined;

  constructor(private readonly parts: RetentionJobParts) {}

  /** Resolves when the events of this month have their partition. */
  async start(): Promise<void> {
    const { db, clock } = this.parts;
    await ensurePartitions(db, new Date(clock.wall()));
    this.timers = [clock.after(FIRST_MS, () => this.begin()), clock.every(EVERY_MS, () => this.begin())];
  }

  async stop(): Promise<void> {
    for (const cancel of this.timers) cancel();
    await this.running;
  }

  private begin(): void {
    this.running ??= this.run()
      .catch((error: unknown) => this.parts.log.error({ err: error }, 'what is kept no longer could not be deleted'))
      .finally(() => {
        this.running = undefined;
      });
  }

  private async run(): Promise<void> {
    const { db, clock, files, log } = this.parts;
    const now = new Date(clock.wall());
    await ensurePartitions(db, now);
    const deleted = await expire({ db, files, now });
    const partitions = await dropEmptyPartitions(db, now);
    log.info({ deleted, partitions }, 'what is kept no longer was deleted');
  }
}
