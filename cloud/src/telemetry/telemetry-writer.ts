import type { Cancel, Clock, Log } from '@angrid/runtime';
import type { CloudDatabase } from '../database.js';
import { locate } from '../linking/places.js';
import { systemScope, withScope } from '../platform/database/index.js';
import type { TelemetryCollector, Unplaced } from './collector.js';
import type { Sample, TelemetryStore } from './telemetry-store.js';

const EVERY_MS = 15_000;
const EXPIRE_EVERY_MS = 6 * 3_600_000;
/** Kept while the server is away; the oldest give way. */
const BACKLOG = 50_000;
const AT_ONCE = 5000;

export interface TelemetryWriterParts {
  readonly db: CloudDatabase;
  readonly clock: Clock;
  readonly log: Log;
  readonly collector: TelemetryCollector;
  readonly store: TelemetryStore;
  /** ms. */
  readonly keepFor: number;
}

/** Carries what was collected to the store, with the unit where each subject stands. */
export class TelemetryWriter {
  private backlog: Sample[] = [];
  private running: Promise<void> = Promise.resolve();
  private away = false;
  private timers: readonly Cancel[] = [];

  constructor(private readonly parts: TelemetryWriterParts) {}

  start(): void {
    const { clock } = this.parts;
    this.timers = [
      clock.every(EVERY_MS, () => void this.flush()),
      clock.every(EXPIRE_EVERY_MS, () => void this.expire()),
    ];
  }

  /** Writes the minutes that are over. Never rejects: telemetry that cannot be written waits, and then gives way. */
  flush(all = false): Promise<void> {
    this.running = this.running.then(() => this.write(all));
    return this.running;
  }

  async stop(): Promise<void> {
    for (const cancel of this.timers) cancel();
    await this.flush(true);
  }

  private async write(all: boolean): Promise<void> {
    try {
      this.backlog.push(...(await this.placed(this.parts.collector.take(all))));
      while (this.backlog.length > 0) {
        await this.parts.store.write(this.backlog.slice(0, AT_ONCE));
        this.backlog.splice(0, AT_ONCE);
      }
      this.away = false;
    } catch (error) {
      this.note(error);
    }
  }

  private async expire(): Promise<void> {
    const { clock, keepFor, store, log } = this.parts;
    await store
      .expire(new Date(clock.wall() - keepFor))
      .catch((error: unknown) => log.warn({ err: error }, 'old telemetry stays'));
  }

  /** Said once for each time that the server is away. */
  private note(error: unknown): void {
    const tooMany = this.backlog.length - BACKLOG;
    if (tooMany > 0) this.backlog.splice(0, tooMany);
    if (!this.away) this.parts.log.warn({ err: error, waiting: this.backlog.length }, 'telemetry cannot be written');
    this.away = true;
  }

  private async placed(samples: readonly Unplaced[]): Promise<readonly Sample[]> {
    const { db, clock } = this.parts;
    if (samples.length === 0) return [];
    const now = new Date(clock.wall());
    return withScope(db.service, systemScope('telemetry'), async (trx) => {
      const placed: Sample[] = [];
      for (const [compound, own] of byCompound(samples)) {
        const where = await locate(
          trx,
          compound,
          own.map(({ subject }) => subject),
          now,
        );
        for (const sample of own) placed.push({ ...sample, unitPath: where(sample.subject).unitPath });
      }
      return placed;
    });
  }
}

function byCompound(samples: readonly Unplaced[]): ReadonlyMap<string, readonly Unplaced[]> {
  const groups = new Map<string, Unplaced[]>();
  for (const sample of samples) {
    const group = groups.get(sample.compound);
    if (group) group.push(sample);
    else groups.set(sample.compound, [sample]);
  }
  return groups;
}
