import type { BatchAnswer, GapData, Lane } from '@angrid/contract';

/**
 * One item on its way up. `json` is the whole CloudEvent but for `bootepoch` and `sequence`, which the outbox gives
 * when it commits: `line = {"bootepoch":E,"sequence":N,` + json without its first brace.
 */
export interface Draft {
  readonly id: string;
  readonly lane: Lane;
  readonly json: string;
}

/** A value that is kept in the same commit: the state of a rule, the ledger of a device. */
export interface StateWrite {
  readonly key: string;
  /** JSON, or null to forget the key. */
  readonly json: string | null;
}

/** What is committed whole or not at all. When `event` has been seen before, nothing of it is written. */
export interface Atom {
  /** Id of the event that the atom stands on; it becomes the `seen` row. */
  readonly event: string;
  readonly drafts: readonly Draft[];
  readonly states: readonly StateWrite[];
}

export interface PendingLine {
  readonly sequence: number;
  readonly id: string;
  readonly line: string;
}

/** An unbroken run of one lane's sequence, with the chain links before and after it. */
export interface Lease {
  readonly lane: Lane;
  readonly epoch: number;
  readonly prev: string;
  readonly head: string;
  readonly lines: readonly PendingLine[];
}

export interface Quarantined {
  readonly id: string;
  readonly lane: Lane;
  readonly epoch: number;
  readonly sequence: number;
  readonly code: string;
  readonly detail: string;
  readonly at: string;
}

export interface OutboxCounts {
  readonly epoch: number;
  readonly pending: Readonly<Record<Lane, number>>;
  readonly quarantined: number;
  readonly seen: number;
  readonly bytes: number;
}

/**
 * The durable store between devices and cloud (design in outbox/README.md). Every promise resolves after the commit
 * that carries its change has been fsynced.
 */
export interface Outbox {
  /**
   * Stores an atom. `duplicate` where its event is known; the first copy is durable by then.
   * Throws `outbox.full` below the reserve of disk and `outbox.unusable` on any failure of the store.
   */
  append(atom: Atom): Promise<'stored' | 'duplicate'>;
  /** The oldest pending run of a lane, at most `limit` lines; undefined where the lane is empty. */
  lease(lane: Lane, limit: number): Promise<Lease | undefined>;
  /** Removes what the cloud has (accepted, duplicate) and quarantines what it rejected. */
  settle(lease: Lease, answer: Pick<BatchAnswer, 'accepted' | 'duplicate' | 'rejected'>): Promise<void>;
  quarantined(limit: number): Promise<readonly Quarantined[]>;
  /** Puts quarantined items back on their lane under a new sequence; the number of items. */
  resend(ids: readonly string[] | 'all'): Promise<number>;
  /** Everything kept under a prefix, for rebuilding memory after a start. */
  states(prefix: string): Promise<ReadonlyMap<string, string>>;
  counts(): Promise<OutboxCounts>;
  /** Opens a new boot epoch: the cloud knows more of the present one than this disk does. */
  newEpoch(): Promise<number>;
  /** Tells of each commit that added lines to a lane. */
  onAppended(listener: (lanes: ReadonlySet<Lane>) => void): void;
  /** Called when records gave way to the quota; the gap report itself is already stored. */
  onGap(listener: (gap: GapData) => void): void;
  close(): Promise<void>;
}
