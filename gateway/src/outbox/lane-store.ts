import type { Lane } from '@angrid/contract';
import { firstLink } from '@angrid/contract/signing';
import { draftOf, lineOf, linkAfter } from './chain.js';
import type { Sqlite } from './sqlite.js';

/**
 * Pending lines with consecutive numbers. The line at `position + n` has the number `sequence + n` of `epoch`; `link` is
 * the chain's link before the first of them. It ends before `end`, or goes on with each new line where that is null.
 */
export interface Run {
  readonly position: number;
  readonly end: number | null;
  readonly epoch: number;
  readonly sequence: number;
  readonly link: string;
}

/** What is known of a lane besides its lines; one small row that each commit rewrites. */
interface Ledger {
  /** Position of the next line. Positions count within the lane for ever, over all epochs. */
  readonly next: number;
  readonly rows: number;
  readonly bytes: number;
  /** Oldest first, never empty; the last is open. The lane's oldest pending line is the first of the first run. */
  readonly runs: readonly Run[];
}

export interface LaneLease {
  readonly epoch: number;
  readonly prev: string;
  readonly head: string;
  readonly sequence: number;
  readonly ids: readonly string[];
  readonly lines: readonly string[];
}

/** Numbers of one epoch, both ends included. */
export interface NumberRange {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

type BlockRow = readonly [position: number, count: number, ids: Buffer, lines: string];

interface StoredLine {
  readonly position: number;
  readonly id: string;
  readonly json: string;
}

/**
 * The pending lines of one lane, as blocks: what one commit brings is one row, and that is what makes appends cheap.
 * All changes belong into a transaction of the caller; after a rollback call `load`.
 */
export class LaneStore {
  private ledger: Ledger;
  private leased: LaneLease | undefined;
  private readonly table: string;

  constructor(
    private readonly db: Sqlite,
    private readonly gateway: string,
    readonly lane: Lane,
  ) {
    this.table = `lines_${lane}`;
    this.ledger = this.load();
  }

  get rows(): number {
    return this.ledger.rows;
  }

  get bytes(): number {
    return this.ledger.bytes;
  }

  load(): Ledger {
    const row = this.db.first<[string]>('SELECT json FROM ledgers WHERE lane = ?', [this.lane]);
    const empty: Ledger = { next: 1, rows: 0, bytes: 0, runs: [] };
    this.leased = undefined;
    this.ledger = row ? (JSON.parse(row[0]) as Ledger) : empty;
    return this.ledger;
  }

  append(ids: readonly string[], jsons: readonly string[]): void {
    const lines = jsons.join('\n');
    const { next, rows, bytes, runs } = this.ledger;
    this.db.run(`INSERT INTO ${this.table} VALUES (?, ?, ?, ?)`, [
      next,
      ids.length,
      Buffer.from(ids.join(''), 'hex'),
      lines,
    ]);
    this.save({ next: next + ids.length, rows: rows + ids.length, bytes: bytes + Buffer.byteLength(lines) + 1, runs });
  }

  /** The oldest lines of one run. They stay leased, and safe from `giveWay`, until settled or leased anew. */
  lease(limit: number, maxBytes: number): LaneLease | undefined {
    this.leased = undefined;
    const run = this.ledger.runs[0];
    if (!run) return undefined;
    const ids: string[] = [];
    const lines: string[] = [];
    let bytes = 0;
    for (const { position, id, json } of this.linesFrom(run.position, run.end ?? this.ledger.next)) {
      const line = lineOf(json, run.epoch, run.sequence + position - run.position);
      bytes += Buffer.byteLength(line) + 1;
      if (lines.length === limit || (bytes > maxBytes && lines.length > 0)) break;
      ids.push(id);
      lines.push(line);
    }
    if (lines.length === 0) return undefined;
    const { epoch, sequence, link: prev } = run;
    this.leased = { epoch, sequence, prev, head: linkAfter(prev, lines), ids, lines };
    return this.leased;
  }

  /** The lease whose last link is `head`, if it still is the lane's lease. */
  leaseOf(head: string): LaneLease | undefined {
    return this.leased?.head === head ? this.leased : undefined;
  }

  /** Removes the first `count` lines of the lease and ends it. */
  settle(lease: LaneLease, count: number): void {
    const { next, rows, bytes, runs } = this.ledger;
    const [run, ...later] = runs;
    if (!run) return;
    const settled = lease.lines.slice(0, count);
    const link = count === lease.lines.length ? lease.head : linkAfter(lease.prev, settled);
    const position = run.position + count;
    const rest = { ...run, position, sequence: run.sequence + count, link };
    this.db.run(`DELETE FROM ${this.table} WHERE position < ? AND position + count <= ?`, [position, position]);
    let freed = 0;
    for (const line of settled) freed += Buffer.byteLength(draftOf(line)) + 1;
    this.save({
      next,
      rows: rows - count,
      bytes: bytes - freed,
      runs: position === run.end ? later : [rest, ...later],
    });
    this.leased = undefined;
  }

  /** Drops the oldest block that is neither leased nor the newest; the numbers that are lost by it. */
  giveWay(): NumberRange | undefined {
    const { next, rows, bytes, runs } = this.ledger;
    const oldest = runs[0];
    if (!oldest) return undefined;
    const block = this.leased
      ? this.blockFrom(oldest.position + this.leased.lines.length)
      : this.blockAt(oldest.position);
    if (!block || block[0] + block[1] === next) return undefined;
    const index = runs.findLastIndex((run) => run.position <= block[0] || run === oldest);
    const run = runs[index] as Run;
    const start = Math.max(block[0], run.position);
    const end = block[0] + block[1];
    const numberAt = (position: number): number => run.sequence + position - run.position;
    const right: Run = { ...run, position: end, sequence: numberAt(end), link: this.linkAt(run, end) };
    const parts = [
      ...(run.position < start ? [{ ...run, end: start }] : []),
      ...(right.position === right.end ? [] : [right]),
    ];
    let freed = 0;
    for (const line of this.linesFrom(start, end)) freed += Buffer.byteLength(line.json) + 1;
    this.db.run(`DELETE FROM ${this.table} WHERE position = ?`, [block[0]]);
    this.save({ next, rows: rows - (end - start), bytes: bytes - freed, runs: runs.toSpliced(index, 1, ...parts) });
    return { epoch: run.epoch, from: numberAt(start), to: numberAt(end - 1) };
  }

  /** Lines to come are numbered from 1 in a new epoch; those that are pending keep their numbers. */
  openEpoch(epoch: number): void {
    const { next, runs } = this.ledger;
    const kept: Run[] = [];
    for (const run of runs) {
      if (run.end !== null) kept.push(run);
      else if (run.position < next) kept.push({ ...run, end: next });
    }
    this.save({ ...this.ledger, runs: [...kept, this.firstRun(next, epoch)] });
    this.leased = undefined;
  }

  /** Gives everything that is pending a new number in a new epoch, from 1 on and without holes. */
  renumber(epoch: number): void {
    const renumbered: Run[] = [];
    for (const run of this.ledger.runs) {
      const before = renumbered.at(-1);
      if (!before) renumbered.push({ ...this.firstRun(run.position, epoch), end: run.end });
      else if (before.end === run.position) renumbered.splice(-1, 1, { ...before, end: run.end });
      else renumbered.push(this.continued(before, run));
    }
    this.save({ ...this.ledger, runs: renumbered });
    this.leased = undefined;
  }

  private continued(before: Run, run: Run): Run {
    const end = before.end ?? run.position;
    const sequence = before.sequence + end - before.position;
    return { ...run, epoch: before.epoch, sequence, link: this.linkAt(before, end) };
  }

  private firstRun(position: number, epoch: number): Run {
    return { position, end: null, epoch, sequence: 1, link: firstLink(this.gateway, epoch, this.lane) };
  }

  /** The link after the line before `end`. */
  private linkAt(run: Run, end: number): string {
    const lines: string[] = [];
    for (const { position, json } of this.linesFrom(run.position, end)) {
      lines.push(lineOf(json, run.epoch, run.sequence + position - run.position));
    }
    return linkAfter(run.link, lines);
  }

  private *linesFrom(from: number, end: number): Generator<StoredLine> {
    for (let block = this.blockAt(from); block && block[0] < end; block = this.blockFrom(block[0] + block[1])) {
      const [position, , ids, lines] = block;
      const jsons = lines.split('\n');
      const hex = ids.toString('hex');
      for (let n = Math.max(0, from - position); n < jsons.length; n += 1) {
        if (position + n >= end) return;
        yield { position: position + n, id: hex.slice(n * 64, n * 64 + 64), json: jsons[n] as string };
      }
    }
  }

  /** The block that holds a position. */
  private blockAt(position: number): BlockRow | undefined {
    const sql = `SELECT position, count, ids, lines FROM ${this.table} WHERE position <= ? ORDER BY position DESC LIMIT 1`;
    return this.db.first<BlockRow>(sql, [position]);
  }

  /** The first block that begins at a position or after it. */
  private blockFrom(position: number): BlockRow | undefined {
    const sql = `SELECT position, count, ids, lines FROM ${this.table} WHERE position >= ? ORDER BY position LIMIT 1`;
    return this.db.first<BlockRow>(sql, [position]);
  }

  private save(ledger: Ledger): void {
    this.ledger = ledger;
    this.db.run('REPLACE INTO ledgers VALUES (?, ?)', [this.lane, JSON.stringify(ledger)]);
  }
}
