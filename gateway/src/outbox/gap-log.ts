import type { Lane } from '@angrid/contract';
import { readLane } from '@angrid/contract/lane';
import type { Sqlite } from './sqlite.js';

/** When the store was called, by the clock of its caller. */
export interface Moment {
  /** Wall milliseconds. */
  readonly wall: number;
  readonly monotonicMs: number;
}

/** Numbers that will never go up. From 0 to 0 where nobody can know them any more. */
export interface LostRange {
  readonly lane: Lane | null;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly reason: 'quota' | 'rejected' | 'corrupt';
}

/** A gap that is durable and waits to be reported; contiguous losses are one gap. */
export interface WaitingGap extends LostRange, Moment {
  readonly id: number;
}

type GapRow = [
  id: number,
  lane: string | null,
  epoch: number,
  low: number,
  high: number,
  reason: LostRange['reason'],
  wall: number,
  monotonic: number,
];

/**
 * What gave way and is not reported yet. A gap grows while losses go on and becomes an item of lane alarm when that lane
 * has nothing else to send: one report for an outage, not one for each commit.
 */
export class GapLog {
  private waiting: readonly WaitingGap[] = [];

  constructor(private readonly db: Sqlite) {
    this.load();
  }

  get all(): readonly WaitingGap[] {
    return this.waiting;
  }

  load(): void {
    const found: WaitingGap[] = [];
    const sql = 'SELECT id, lane, epoch, low, high, reason, wall, monotonic FROM gaps ORDER BY id';
    for (const [id, lane, epoch, from, to, reason, wall, monotonicMs] of this.db.rows<GapRow>(sql)) {
      found.push({
        id,
        lane: lane === null ? null : readLane(lane),
        epoch,
        from,
        to,
        reason,
        wall,
        monotonicMs,
      });
    }
    this.waiting = found;
  }

  add(lost: LostRange, { wall, monotonicMs }: Moment): void {
    const { lane, epoch, from, to, reason } = lost;
    const before = this.waiting.find(
      (gap) => gap.lane === lane && gap.epoch === epoch && gap.reason === reason && gap.to + 1 === from,
    );
    if (before) this.db.run('UPDATE gaps SET high = ? WHERE id = ?', [to, before.id]);
    else {
      const sql = 'INSERT INTO gaps (lane, epoch, low, high, reason, wall, monotonic) VALUES (?, ?, ?, ?, ?, ?, ?)';
      this.db.run(sql, [lane, epoch, from, to, reason, wall, monotonicMs]);
    }
    this.load();
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) this.db.run('DELETE FROM gaps WHERE id = ?', [id]);
    this.load();
  }
}
