import type { Lane } from '@angrid/contract';
import { admit, type Admitted, type AtomGroup, type Room, type Verdict } from './atom-group.js';
import { epochAfter, type Witness, writeWitness } from './boot-epoch.js';
import { draftOf } from './chain.js';
import { GapLog, type LostRange, type Moment, type WaitingGap } from './gap-log.js';
import { type LaneLease, LaneStore } from './lane-store.js';
import type { Draft, OutboxCounts, Quarantined, StateWrite } from './outbox.js';
import { Quarantine, type Rejection } from './quarantine.js';
import { writeFact } from './schema.js';
import { SEEN_WORDS } from './seen-index.js';
import { seenBytes, SeenLog, type SeenLimits, wordsOf } from './seen-log.js';
import { failureOf, type Sqlite } from './sqlite.js';
import { StateTable } from './state-table.js';

export interface LaneQuota {
  readonly bytes: number;
  readonly rows: number;
}

export interface StoreLimits {
  readonly quotas: Readonly<Record<Lane, LaneQuota>>;
  /** Below this much free disk nothing more is taken. */
  readonly reserveBytes: number;
  readonly seen: SeenLimits;
  readonly quarantine: number;
}

export interface GroupAnswer {
  readonly verdicts: readonly Verdict[];
  /** Lanes that have something new to send. */
  readonly lanes: readonly Lane[];
  readonly lost: readonly LostRange[];
}

export interface LeaseAnswer {
  readonly lease?: LaneLease;
  /** Lane alarm, when it is empty: gaps to be made into items with `report`. */
  readonly gaps: readonly WaitingGap[];
}

export interface Settlement extends Moment {
  readonly lane: Lane;
  readonly head: string;
  readonly settled: readonly string[];
  readonly rejected: readonly { readonly id: string; readonly code: string; readonly detail: string }[];
}

export interface StoreParts {
  readonly db: Sqlite;
  readonly gateway: string;
  /** This start, as `nextStart` found it. */
  readonly witness: Witness;
  readonly witnessFile: string;
  readonly limits: StoreLimits;
  /** Bytes that an ordinary user may still write to the disk of the outbox. */
  readonly freeBytes: () => number;
  /** Called once, with the error after which this store takes nothing any more. */
  readonly onBroken: (error: unknown) => void;
}

const LANES: readonly Lane[] = ['alarm', 'record', 'media'];
/** Header line of a batch, at most. */
const HEADER_BYTES = 2048;
const FREE_PAGES_KEPT = 8192;
const FREE_PAGES_STEP = 512;

/** The outbox's state on disk, one commit a call. Knows no thread and no clock; see README.md for the design. */
export class Store {
  private readonly db: Sqlite;
  private readonly lanes: Readonly<Record<Lane, LaneStore>>;
  private readonly seen: SeenLog;
  private readonly gaps: GapLog;
  private readonly quarantine: Quarantine;
  private readonly kept: StateTable;
  private witness: Witness;
  private broken: unknown;

  constructor(private readonly parts: StoreParts) {
    const { db, gateway, limits } = parts;
    this.db = db;
    this.witness = parts.witness;
    const lane = (name: Lane): LaneStore => new LaneStore(db, gateway, name);
    this.lanes = { alarm: lane('alarm'), record: lane('record'), media: lane('media') };
    this.seen = new SeenLog(db, limits.seen);
    this.gaps = new GapLog(db);
    this.quarantine = new Quarantine(db, limits.quarantine);
    this.kept = new StateTable(db);
  }

  append(group: AtomGroup): GroupAnswer {
    const words = wordsOf(seenBytes(group.events));
    const admitted = admit(group, {
      isSeen: (index) => this.seen.index.has(words, index * SEEN_WORDS),
      alarmRoom: this.alarmRoom(),
    });
    if (admitted.events.length === 0) return { verdicts: admitted.verdicts, lanes: [], lost: [] };
    const { lost, remember } = this.transaction(() => ({
      lost: this.writeDrafts(admitted, group),
      remember: this.seen.write(seenBytes(admitted.events), group.wall),
    }));
    remember();
    const lanes = LANES.filter((lane) => admitted.drafts[lane].ids.length > 0 || (lane === 'alarm' && lost.length > 0));
    return { verdicts: admitted.verdicts, lanes, lost };
  }

  keep(states: readonly StateWrite[]): void {
    this.transaction(() => this.kept.write(new Map(states.map(({ key, json }) => [key, json]))));
  }

  lease(lane: Lane, limit: number, maxBytes: number): LeaseAnswer {
    const lease = this.lanes[lane].lease(limit, maxBytes - HEADER_BYTES);
    if (lease) return { lease, gaps: [] };
    return { gaps: lane === 'alarm' ? this.gaps.all : [] };
  }

  /** Makes waiting gaps into items of lane alarm. */
  report(gaps: readonly number[], drafts: readonly Draft[]): void {
    this.transaction(() => {
      this.gaps.remove(gaps);
      this.lanes.alarm.append(
        drafts.map(({ id }) => id),
        drafts.map(({ json }) => json),
      );
    });
  }

  settle({ lane, head, settled, rejected, ...moment }: Settlement): number {
    const store = this.lanes[lane];
    const lease = store.leaseOf(head);
    if (!lease) return 0;
    const done = new Set(settled);
    const refused = new Map(rejected.map((entry) => [entry.id, entry]));
    const open = lease.ids.findIndex((id) => !done.has(id) && !refused.has(id));
    const count = open === -1 ? lease.ids.length : open;
    if (count === 0) return 0;
    this.transaction(() => {
      for (const [index, id] of lease.ids.slice(0, count).entries()) {
        const reason = done.has(id) ? undefined : refused.get(id);
        if (!reason) continue;
        const json = draftOf(lease.lines[index] as string);
        const where = { lane, epoch: lease.epoch, sequence: lease.sequence + index };
        this.setAside({ ...reason, ...where, json, at: moment.wall }, moment);
      }
      store.settle(lease, count);
    });
    this.db.giveBackPages(FREE_PAGES_KEPT, FREE_PAGES_STEP);
    return count;
  }

  quarantined(limit: number): readonly Quarantined[] {
    return this.quarantine.list(limit);
  }

  /** The lanes that the items went back to, one entry an item. */
  resend(ids: readonly string[] | 'all', limit: number): readonly Lane[] {
    return this.transaction(() => {
      const taken = this.quarantine.take(ids, limit);
      for (const lane of LANES) {
        const drafts = taken.filter((draft) => draft.lane === lane);
        if (drafts.length === 0) continue;
        this.lanes[lane].append(
          drafts.map(({ id }) => id),
          drafts.map(({ json }) => json),
        );
      }
      return taken.map(({ lane }) => lane);
    });
  }

  states(prefix: string): ReadonlyMap<string, string> {
    return this.kept.read(prefix);
  }

  counts(): OutboxCounts {
    const { alarm, record, media } = this.lanes;
    return {
      epoch: this.witness.epoch,
      pending: { alarm: alarm.rows + this.gaps.all.length, record: record.rows, media: media.rows },
      quarantined: this.quarantine.size,
      seen: this.seen.index.size,
      bytes: alarm.bytes + record.bytes + media.bytes,
    };
  }

  /** Notes this start; `opensEpoch` where its epoch is not the one that the data ended with. */
  begin(opensEpoch: boolean, lost: readonly LostRange[], moment: Moment): void {
    this.commitWitness(this.witness, () => {
      for (const range of lost) this.gaps.add(range, moment);
      if (opensEpoch) for (const lane of LANES) this.lanes[lane].openEpoch(this.witness.epoch);
    });
  }

  newEpoch(): number {
    const epoch = epochAfter(this.witness.epoch);
    this.commitWitness({ ...this.witness, epoch }, () => {
      for (const lane of LANES) this.lanes[lane].renumber(epoch);
    });
    return epoch;
  }

  close(): void {
    this.db.close();
  }

  private commitWitness(witness: Witness, work: () => void): void {
    this.transaction(() => {
      work();
      writeFact(this.db, 'witness', JSON.stringify(witness));
    });
    this.witness = witness;
    writeWitness(this.parts.witnessFile, witness);
  }

  private writeDrafts({ drafts, states }: Admitted, moment: Moment): readonly LostRange[] {
    const lost: LostRange[] = [];
    for (const lane of LANES) {
      const { ids, jsons } = drafts[lane];
      if (ids.length === 0) continue;
      this.lanes[lane].append(ids, jsons);
      if (lane !== 'alarm') lost.push(...this.keepQuota(lane, moment));
    }
    this.kept.write(states);
    return lost;
  }

  /** Lets the oldest lines of a lane give way until it fits its quota, and notes what was lost. */
  private keepQuota(lane: Lane, moment: Moment): readonly LostRange[] {
    const store = this.lanes[lane];
    const quota = this.parts.limits.quotas[lane];
    const lost: LostRange[] = [];
    while (store.bytes > quota.bytes || store.rows > quota.rows) {
      const range = store.giveWay();
      if (!range) break;
      lost.push({ lane, ...range, reason: 'quota' });
      this.gaps.add({ lane, ...range, reason: 'quota' }, moment);
    }
    return lost;
  }

  private setAside(rejection: Rejection, moment: Moment): void {
    const dropped = this.quarantine.add(rejection);
    if (!dropped) return;
    const { lane, epoch, sequence } = dropped;
    this.gaps.add({ lane, epoch, from: sequence, to: sequence, reason: 'rejected' }, moment);
  }

  /** What lane alarm still takes; nothing at all where the disk is at its reserve. */
  private alarmRoom(): Room {
    const { reserveBytes, quotas } = this.parts.limits;
    if (this.parts.freeBytes() < reserveBytes) return { rows: -1, bytes: -1 };
    const { rows, bytes } = this.lanes.alarm;
    return { rows: Math.max(0, quotas.alarm.rows - rows), bytes: Math.max(0, quotas.alarm.bytes - bytes) };
  }

  /**
   * One commit. A full disk leaves everything as it was. After any other failure the store takes nothing more: what an
   * fsync that failed has left on the disk is only known after a new start.
   */
  private transaction<T>(work: () => T): T {
    if (this.broken !== undefined) throw this.broken;
    try {
      return this.db.transaction(work);
    } catch (error) {
      if (failureOf(error) === 'disk-full') this.reload();
      else {
        this.broken = error;
        this.parts.onBroken(error);
      }
      throw error;
    }
  }

  private reload(): void {
    for (const lane of LANES) this.lanes[lane].load();
    this.gaps.load();
    this.quarantine.load();
    this.kept.load();
  }
}
