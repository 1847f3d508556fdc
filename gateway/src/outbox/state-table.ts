import type { Sqlite } from './sqlite.js';

/** Commits whose states wait in the log, at most. */
const LOGGED = 64;

type States = ReadonlyMap<string, string | null>;

/**
 * What is kept under keys. Each device's counters change with each of its events, and a page of the table for each would
 * be written with each commit; so the states of a commit are one row of a log, and the log goes into the table every so
 * many commits. What is read is both.
 */
export class StateTable {
  /** What the log holds and the table does not hold yet. */
  private readonly waiting = new Map<string, string | null>();
  private logged = 0;

  constructor(private readonly db: Sqlite) {
    this.load();
  }

  /** Reads the log; also after a commit that left no trace. */
  load(): void {
    this.waiting.clear();
    this.logged = 0;
    for (const [json] of this.db.rows<[string]>('SELECT json FROM state_log ORDER BY number')) {
      this.logged += 1;
      for (const [key, value] of JSON.parse(json) as [string, string | null][]) this.waiting.set(key, value);
    }
  }

  /** To be called in a transaction. */
  write(states: States): void {
    if (states.size === 0) return;
    for (const [key, json] of states) this.waiting.set(key, json);
    if (this.logged >= LOGGED) return this.fold();
    this.db.run('INSERT INTO state_log (json) VALUES (?)', [JSON.stringify([...states])]);
    this.logged += 1;
  }

  read(prefix: string): Map<string, string> {
    const sql = 'SELECT key, json FROM states WHERE key >= ? AND key < ? ORDER BY key';
    const found = new Map(this.db.rows<[string, string]>(sql, [prefix, `${prefix}\u{10ffff}`]));
    for (const [key, json] of this.waiting) {
      if (!key.startsWith(prefix)) continue;
      if (json === null) found.delete(key);
      else found.set(key, json);
    }
    return found;
  }

  private fold(): void {
    for (const [key, json] of this.waiting) {
      if (json === null) this.db.run('DELETE FROM states WHERE key = ?', [key]);
      else this.db.run('REPLACE INTO states VALUES (?, ?)', [key, json]);
    }
    this.db.run('DELETE FROM state_log');
    this.waiting.clear();
    this.logged = 0;
  }
}
