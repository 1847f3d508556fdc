import type { Clock } from '@angrid/runtime';
import type { CloudDatabase } from './database.js';
import { readBacklog } from './dispatch/backlog.js';
import type { Readiness } from './platform/http/health.controller.js';

export interface ReadinessParts {
  readonly db: CloudDatabase;
  readonly clock: Pick<Clock, 'wall'>;
  /** Names of the jobs that do not get on. */
  readonly stuck: () => readonly string[];
}

/** A console that sees what happened this long ago is no help. */
const MOST_FEED_LAG_S = 15;

/**
 * A process is ready while its jobs get on and what has happened reaches the consoles. That the schema is up to date needs
 * no look: nothing listens before it is.
 */
export class CloudReadiness implements Readiness {
  private stopping = false;

  constructor(private readonly parts: ReadinessParts) {}

  /** From now on nobody is to be sent here. */
  stop(): void {
    this.stopping = true;
  }

  async faults(): Promise<readonly string[]> {
    if (this.stopping) return ['it stops'];
    const { db, clock, stuck } = this.parts;
    const backlog = await readBacklog(db, new Date(clock.wall())).catch(() => undefined);
    if (!backlog) return ['the database does not answer'];
    const late = backlog.oldestFeedS > MOST_FEED_LAG_S;
    return [
      ...(late ? [`the live feed is ${Math.round(backlog.oldestFeedS)} s behind`] : []),
      ...stuck().map((name) => `stuck: ${name}`),
    ];
  }
}
