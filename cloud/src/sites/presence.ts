import type { Clock } from '@angrid/runtime';
import type { CloudDatabase } from '../database.js';
import { withScope } from '../platform/database/index.js';
import type { Principal } from '../platform/http/principal.js';

/** How exactly it is known when a gateway was last heard. */
const GRAIN_MS = 5000;

/** When each gateway was last heard, written no more often than needed. */
export class Presence {
  private readonly written = new Map<string, number>();

  constructor(
    private readonly db: CloudDatabase,
    private readonly clock: Pick<Clock, 'wall' | 'monotonic'>,
  ) {}

  /** The gateway has just said something. */
  async saw({ id, scope }: Principal): Promise<void> {
    const now = this.clock.monotonic();
    if (now - (this.written.get(id) ?? Number.NEGATIVE_INFINITY) < GRAIN_MS) return;
    this.written.set(id, now);
    await withScope(this.db.service, scope, (trx) =>
      trx
        .updateTable('gateways')
        .set({ last_seen_at: new Date(this.clock.wall()) })
        .where('gateway_id', '=', id)
        .execute(),
    );
  }
}
