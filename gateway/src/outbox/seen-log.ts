import { SEEN_WORDS, SeenIndex } from './seen-index.js';
import type { Sqlite } from './sqlite.js';

export interface SeenLimits {
  readonly maxAgeMs: number;
  readonly maxCount: number;
}

/** A row of the log: ids of one or several commits, in order. `at` is the wall time of the last. */
interface SeenRow {
  readonly row: number;
  readonly at: number;
  readonly count: number;
}

const ID_BYTES = SEEN_WORDS * 4;
/** A row takes ids of further commits until it holds this many: quiet sites would have a row an event otherwise. */
const ROW_FILL = 256;
/** Rows that one commit forgets at most: a wall clock that jumps ahead does not empty the log at once. */
const FORGET_STEP = 2;

/**
 * Which events were stored, on disk as a log and in memory as an index. A table with the ids as key would write a page
 * at a random place for each event; the log writes one.
 */
export class SeenLog {
  readonly index = new SeenIndex();
  private rows: SeenRow[] = [];
  private tail: Buffer = Buffer.alloc(0);

  constructor(
    private readonly db: Sqlite,
    private readonly limits: SeenLimits,
  ) {
    for (const [row, at, ids] of db.rows<[number, number, Buffer]>('SELECT row, at, ids FROM seen ORDER BY row')) {
      const words = wordsOf(ids);
      for (let offset = 0; offset < words.length; offset += SEEN_WORDS) this.index.add(words, offset);
      this.rows.push({ row, at, count: words.length / SEEN_WORDS });
      this.tail = ids;
    }
  }

  /** Writes ids within the caller's transaction. The answer, called after the commit, takes them into memory. */
  write(ids: Buffer, at: number): () => void {
    const last = this.rows.at(-1);
    const extend = last !== undefined && last.count < ROW_FILL;
    const bytes = extend ? Buffer.concat([this.tail, ids]) : ids;
    const row = { row: last === undefined ? 1 : last.row + (extend ? 0 : 1), at, count: bytes.length / ID_BYTES };
    this.db.run('REPLACE INTO seen VALUES (?, ?, ?)', [row.row, at, bytes]);
    const forgotten = this.forget(at, ids.length / ID_BYTES);
    return () => {
      this.index.forgetOldest(forgotten.ids);
      const words = wordsOf(ids);
      for (let offset = 0; offset < words.length; offset += SEEN_WORDS) this.index.add(words, offset);
      this.rows.splice(extend ? -1 : this.rows.length, extend ? 1 : 0, row);
      this.rows.splice(0, forgotten.rows);
      this.tail = bytes;
    };
  }

  /** Deletes the oldest rows that age or number no longer allow; never the last. */
  private forget(at: number, added: number): { readonly rows: number; readonly ids: number } {
    let rows = 0;
    let ids = 0;
    for (const { row, at: written, count } of this.rows.slice(0, Math.min(FORGET_STEP, this.rows.length - 1))) {
      const over = this.index.size + added - ids > this.limits.maxCount;
      if (!over && at - written <= this.limits.maxAgeMs) break;
      this.db.run('DELETE FROM seen WHERE row = ?', [row]);
      rows += 1;
      ids += count;
    }
    return { rows, ids };
  }
}

/** The leading half of each id, given in hexadecimal. */
export function seenBytes(ids: readonly string[]): Buffer {
  let hex = '';
  for (const id of ids) hex += id.slice(0, ID_BYTES * 2);
  return Buffer.from(hex, 'hex');
}

/** The same bytes as words, aligned. */
export function wordsOf(bytes: Buffer): Uint32Array {
  const words = new Uint32Array(bytes.length / 4);
  bytes.copy(new Uint8Array(words.buffer));
  return words;
}
