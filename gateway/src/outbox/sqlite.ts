import Database from 'libsql';

/** One prepared statement whose rows are arrays of columns. */
interface Prepared {
  run(...values: unknown[]): Database.RunResult;
  get(...values: unknown[]): unknown;
  iterate(...values: unknown[]): IterableIterator<unknown>;
}

/** What a failure of the database means for its user. */
export type SqliteFailure = 'locked' | 'corrupt' | 'disk-full' | 'other';

export function failureOf(error: unknown): SqliteFailure {
  if (error instanceof DamagedFile) return 'corrupt';
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'locked';
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return 'corrupt';
  if (code.startsWith('SQLITE_FULL')) return 'disk-full';
  return 'other';
}

/** The pages of the file contradict one another. */
class DamagedFile extends Error {}

/**
 * The one connection to the file. WAL, synchronous FULL (NORMAL loses acknowledged rows at a power cut) and the
 * exclusive lock, which the kernel drops with the process: nothing stale is left after a kill.
 */
export class Sqlite {
  private readonly db: Database.Database;
  private readonly statements = new Map<string, Prepared>();

  constructor(path: string) {
    this.db = new Database(path);
    try {
      this.db.exec('PRAGMA auto_vacuum = INCREMENTAL');
      for (const pragma of [
        'locking_mode = EXCLUSIVE',
        'journal_mode = WAL',
        'synchronous = FULL',
        'cache_size = -16384',
      ]) {
        this.db.pragma(pragma);
      }
      this.db.exec('BEGIN IMMEDIATE; COMMIT');
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  exec(sql: string): void {
    this.db.exec(sql);
  }

  /** The number of rows that changed. */
  run(sql: string, values: readonly unknown[] = []): number {
    return this.prepared(sql).run(values).changes;
  }

  /** The columns of the first row. */
  first<Row extends readonly unknown[]>(sql: string, values: readonly unknown[] = []): Row | undefined {
    return (this.prepared(sql).get(values) ?? undefined) as Row | undefined;
  }

  /** The columns of each row. Read it to its end: a statement left open holds the log of writes. */
  rows<Row extends readonly unknown[]>(sql: string, values: readonly unknown[] = []): Iterable<Row> {
    return this.prepared(sql).iterate(values) as IterableIterator<Row>;
  }

  /** Runs `work` in one transaction; on any error nothing of it stays. */
  transaction<T>(work: () => T): T {
    this.run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      if (this.db.inTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  /** Reads every page and throws where they contradict one another: seconds for each gigabyte. */
  check(): void {
    const finding = this.first<[string]>('PRAGMA quick_check(1)')?.[0];
    if (finding !== 'ok') throw new DamagedFile(finding);
  }

  /** Gives free pages at the end of the file back to the file system, in steps that do not stall the commits. */
  giveBackPages(keep: number, step: number): void {
    const free = this.first<[number]>('PRAGMA freelist_count')?.[0] ?? 0;
    if (free > keep) this.db.pragma(`incremental_vacuum(${Math.min(step, free - keep)})`);
  }

  /**
   * Leaves one file without a log beside it. The lock goes with the journal mode: the library itself gives it back only
   * when its garbage is collected.
   */
  close(): void {
    this.statements.clear();
    try {
      for (const pragma of ['journal_mode = DELETE', 'locking_mode = NORMAL', 'user_version']) this.db.pragma(pragma);
    } finally {
      this.db.close();
    }
  }

  private prepared(sql: string): Prepared {
    let statement = this.statements.get(sql);
    if (!statement) {
      const made = this.db.prepare(sql);
      statement = made.reader ? made.raw() : made;
      this.statements.set(sql, statement);
    }
    return statement;
  }
}
