import type { BatchAnswer, GapData, Lane } from '@angrid/contract';

/**
 * One item on its way up. `json` is the whole CloudEvent but for `bootepoch` and `sequence`, which the outbox gives
 * when it is leased: `line = {"bootepoch":E,"sequence":N,` + json without its first brace.
 */
export interface Draft {
  /** SHA-256 in lower-case hex: the `id` of the CloudEvent. */
  readonly id: string;
  readonly lane: Lane;
  /** One line: JSON.stringify makes no other. At most 16 KiB less 64 bytes. */
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
  /** Id (SHA-256, lower-case hex) of the event that the atom stands on; it becomes the `seen` entry. */
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
   * Throws `outbox.full` where alarms fill their quota or the disk is at its reserve, `input.too-large` for a line over
   * the contract's bound, and `outbox.unusable` on any failure of the store: nothing of the atom is kept then.
   */
  append(atom: Atom): Promise<'stored' | 'duplicate'>;
  /** Writes states that belong to no event. */
  keep(states: readonly StateWrite[]): Promise<void>;
  /** The oldest pending run of a lane, at most `limit` lines and one batch of bytes; undefined where the lane is empty. */
  lease(lane: Lane, limit: number): Promise<Lease | undefined>;
  /**
   * Removes what the cloud has (accepted, duplicate) and quarantines what it rejected, up to the first line that the
   * answer does not name; the number of lines. 0 also where the lease is no longer the lane's lease.
   */
  settle(lease: Lease, answer: Pick<BatchAnswer, 'accepted' | 'duplicate' | 'rejected'>): Promise<number>;
  quarantined(limit: number): Promise<readonly Quarantined[]>;
  /** Puts quarantined items back on their lane under a new sequence; the number of items. */
  resend(ids: readonly string[] | 'all'): Promise<number>;
  /** Everything kept under a prefix, for rebuilding memory after a start. */
  states(prefix: string): Promise<ReadonlyMap<string, string>>;
  counts(): Promise<OutboxCounts>;
  /**
   * Opens a new boot epoch, because the cloud knows more of the present one than this disk does. Everything pending is
   * numbered anew in it; leases end.
   */
  newEpoch(): Promise<number>;
  /** Tells of each commit that added lines to a lane. */
  onAppended(listener: (lanes: ReadonlySet<Lane>) => void): void;
  /** Called when lines gave way; the gap report itself is durable by then. */
  onGap(listener: (gap: GapData) => void): void;
  close(): Promise<void>;
}
