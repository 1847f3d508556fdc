import type { Lane } from '@angrid/contract';
import { readLane } from '@angrid/contract/lane';
import type { Quarantined } from './outbox.js';
import type { Sqlite } from './sqlite.js';

export interface QuarantinedDraft {
  readonly id: string;
  readonly lane: Lane;
  readonly json: string;
}

export interface Rejection extends Omit<Quarantined, 'at'> {
  readonly json: string;
  /** Wall milliseconds. */
  readonly at: number;
}

/** Lines that the cloud refused by themselves, kept to be looked at and sent again; bounded, the oldest gives way. */
export class Quarantine {
  private held: number;

  constructor(
    private readonly db: Sqlite,
    private readonly maxCount: number,
  ) {
    this.held = this.load();
  }

  get size(): number {
    return this.held;
  }

  load(): number {
    this.held = this.db.first<[number]>('SELECT count(*) FROM quarantine')?.[0] ?? 0;
    return this.held;
  }

  /** Takes a line in; answers the one that gave way for it. */
  add({ id, lane, epoch, sequence, code, detail, at, json }: Rejection): Quarantined | undefined {
    this.remove(id);
    const oldest = this.held >= this.maxCount ? this.list(1)[0] : undefined;
    if (oldest) this.remove(oldest.id);
    const sql =
      'INSERT INTO quarantine (id, lane, epoch, sequence, code, detail, at, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)';
    this.db.run(sql, [id, lane, epoch, sequence, code, detail, at, json]);
    this.held += 1;
    return oldest;
  }

  list(limit: number): readonly Quarantined[] {
    const sql = 'SELECT id, lane, epoch, sequence, code, detail, at FROM quarantine ORDER BY number LIMIT ?';
    const found: Quarantined[] = [];
    for (const row of this.db.rows<[string, string, number, number, string, string, number]>(sql, [limit])) {
      const [id, lane, epoch, sequence, code, detail, at] = row;
      found.push({ id, lane: readLane(lane), epoch, sequence, code, detail, at: new Date(at).toISOString() });
    }
    return found;
  }

  /** Removes and answers the drafts of these ids, or the `limit` oldest. */
  take(ids: readonly string[] | 'all', limit: number): readonly QuarantinedDraft[] {
    const wanted = ids === 'all' ? this.list(limit).map(({ id }) => id) : ids.slice(0, limit);
    const taken: QuarantinedDraft[] = [];
    for (const id of wanted) {
      const row = this.db.first<[string, string]>('SELECT lane, json FROM quarantine WHERE id = ?', [id]);
      if (!row) continue;
      taken.push({ id, lane: readLane(row[0]), json: row[1] });
      this.remove(id);
    }
    return taken;
  }

  private remove(id: string): void {
    this.held -= this.db.run('DELETE FROM quarantine WHERE id = ?', [id]);
  }
}
