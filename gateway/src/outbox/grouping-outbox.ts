import { AnGridError, batchLimits, type GapData, type Lane } from '@angrid/contract';
import type { Clock } from '@angrid/runtime';
import { AtomQueue, type TakenGroup } from './atom-queue.js';
import { gapData, gapDraft, type SiteFacts } from './gap-draft.js';
import type { Moment } from './gap-log.js';
import type { LaneLease } from './lane-store.js';
import type { Atom, Draft, Lease, Outbox, OutboxCounts, Quarantined, StateWrite } from './outbox.js';
import type { StoreLink } from './store-link.js';

export interface GroupingParts {
  readonly link: StoreLink;
  readonly clock: Clock;
  readonly gateway: string;
  /** Id of the kernel's run. */
  readonly boot: string;
  /** What a gap report carries; asked each time, because the site configuration changes. */
  readonly facts: () => SiteFacts;
  /** Called once, when the store takes nothing any more: only a new start of the process helps. */
  readonly onBroken: (error: AnGridError) => void;
  /** Milliseconds from one commit to the next while more and more comes; 0 for none. */
  readonly commitEveryMs: number;
}

const HASH = /^[0-9a-f]{64}$/;
const LINE_BYTES = batchLimits.lineBytes - 64;
/** Atoms that wait for the disk, at most: beyond it the sender must wait. */
const WAITING_CHARS = 32 * 1024 * 1024;
const RESEND_STEP = 500;
/** Atoms for which a commit does not wait for still more. */
const LARGE_GROUP = 64;
/** When nothing has come for so long, all who send wait for an answer. */
const STILL_MS = 3;

/**
 * The outbox as the event loop sees it. All atoms of one turn of the loop, and all that come while a commit is under
 * way, go to the store as one group: one fsync for all of them. What comes to an idle outbox is committed at once; under
 * load a small group waits until it has grown.
 */
export class GroupingOutbox implements Outbox {
  private readonly queue = new AtomQueue();
  private readonly appended: ((lanes: ReadonlySet<Lane>) => void)[] = [];
  private readonly gapped: ((gap: GapData) => void)[] = [];
  private readonly keeping = new Map<string, StateWrite>();
  private kept: Promise<void> | undefined;
  private keptBefore: Promise<void> = Promise.resolve();
  private flushing = false;
  private readonly closing = new AbortController();
  /** It takes nothing more, and everybody knows: after a failure was told, or after `close`. */
  private broken = false;

  constructor(private readonly parts: GroupingParts) {}

  append(atom: Atom): Promise<'stored' | 'duplicate'> {
    return new Promise((resolve, reject) => {
      checkAtom(atom);
      if (this.queue.chars > WAITING_CHARS)
        throw new AnGridError('outbox.full', { op: 'outbox.append', detail: 'the disk is too slow' });
      this.queue.push(atom, (outcome) => (typeof outcome === 'string' ? resolve(outcome) : reject(outcome)));
      this.flushSoon();
    });
  }

  /** What comes while a commit is under way goes into the next one, the last value of each key. */
  keep(states: readonly StateWrite[]): Promise<void> {
    for (const state of states) this.keeping.set(state.key, state);
    this.kept ??= this.keepNext();
    return this.kept;
  }

  async lease(lane: Lane, limit: number): Promise<Lease | undefined> {
    const first = await this.parts.link.call('lease', lane, limit, batchLimits.bytes);
    if (first.lease) return leaseOf(lane, first.lease);
    if (first.gaps.length === 0) return undefined;
    const origin = { ...this.parts.facts(), gateway: this.parts.gateway, boot: this.parts.boot };
    const ids = first.gaps.map(({ id }) => id);
    await this.parts.link.call(
      'report',
      ids,
      first.gaps.map((gap) => gapDraft(gap, origin)),
    );
    const { lease } = await this.parts.link.call('lease', lane, limit, batchLimits.bytes);
    return lease && leaseOf(lane, lease);
  }

  settle({ lane, head }: Lease, answer: Parameters<Outbox['settle']>[1]): Promise<number> {
    const settled = [...answer.accepted, ...answer.duplicate];
    return this.parts.link.call('settle', { lane, head, settled, rejected: answer.rejected, ...this.now() });
  }

  quarantined(limit: number): Promise<readonly Quarantined[]> {
    return this.parts.link.call('quarantined', limit);
  }

  async resend(ids: readonly string[] | 'all'): Promise<number> {
    let sent = 0;
    for (let left = ids; ; left = left === 'all' ? left : left.slice(RESEND_STEP)) {
      const lanes = await this.parts.link.call('resend', left, RESEND_STEP);
      sent += lanes.length;
      if (lanes.length > 0) this.tell(new Set(lanes));
      if (left === 'all' ? lanes.length < RESEND_STEP : left.length <= RESEND_STEP) return sent;
    }
  }

  states(prefix: string): Promise<ReadonlyMap<string, string>> {
    return this.parts.link.call('states', prefix);
  }

  counts(): Promise<OutboxCounts> {
    return this.parts.link.call('counts');
  }

  newEpoch(): Promise<number> {
    return this.parts.link.call('newEpoch');
  }

  onAppended(listener: (lanes: ReadonlySet<Lane>) => void): void {
    this.appended.push(listener);
  }

  onGap(listener: (gap: GapData) => void): void {
    this.gapped.push(listener);
  }

  /** What was appended before is committed first. */
  async close(): Promise<void> {
    this.closing.abort();
    while (this.flushing) await new Promise((resolve) => setImmediate(resolve));
    this.broken = true;
    await this.parts.link.call('close');
  }

  private async keepNext(): Promise<void> {
    await this.keptBefore;
    const states = [...this.keeping.values()];
    this.keeping.clear();
    const written = this.parts.link.call('keep', states);
    this.keptBefore = written.catch(() => undefined);
    this.kept = undefined;
    await written;
  }

  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => void this.flush());
  }

  private async flush(): Promise<void> {
    for (let taken = this.queue.take(this.now()); taken; taken = this.queue.take(this.now())) {
      const begunMs = this.parts.clock.monotonic();
      await this.commit(taken);
      await this.gather(begunMs);
    }
    this.flushing = false;
  }

  /** Where something has come during a commit, more is about to: they share the next fsync, and the pages it writes. */
  private async gather(begunMs: number): Promise<void> {
    const { clock, commitEveryMs } = this.parts;
    let before = 0;
    while (this.queue.waiting > before && this.queue.waiting < LARGE_GROUP) {
      before = this.queue.waiting;
      const leftMs = begunMs + commitEveryMs - clock.monotonic();
      if (leftMs <= 0) return;
      await clock.sleep(Math.min(leftMs, STILL_MS), this.closing.signal).catch(() => undefined);
    }
  }

  private async commit({ group, settles }: TakenGroup): Promise<void> {
    try {
      const { verdicts, lanes, lost } = await this.parts.link.call('append', group);
      for (const [index, settle] of settles.entries()) {
        const verdict = verdicts[index];
        settle(verdict === 'stored' || verdict === 'duplicate' ? verdict : full());
      }
      if (lanes.length > 0) this.tell(new Set(lanes));
      for (const range of lost)
        for (const listener of this.gapped) listener(gapData({ ...range, ...group }, this.parts.boot));
    } catch (cause) {
      const error = unusable(cause);
      if (error.code === 'outbox.unusable') this.break(error);
      for (const settle of settles) settle(error);
    }
  }

  private break(error: AnGridError): void {
    if (this.broken) return;
    this.broken = true;
    this.parts.onBroken(error);
  }

  private tell(lanes: ReadonlySet<Lane>): void {
    for (const listener of this.appended) listener(lanes);
  }

  private now(): Moment {
    return { wall: this.parts.clock.wall(), monotonicMs: this.parts.clock.monotonic() };
  }
}

function full(): AnGridError {
  return new AnGridError('outbox.full', {
    op: 'outbox.append',
    detail: 'alarms fill their quota, or the disk is at its reserve',
  });
}

function unusable(cause: unknown): AnGridError {
  return cause instanceof AnGridError ? cause : new AnGridError('outbox.unusable', { op: 'outbox.append', cause });
}

function leaseOf(lane: Lane, { epoch, prev, head, sequence, ids, lines }: LaneLease): Lease {
  const pending = lines.map((line, index) => ({ sequence: sequence + index, id: ids[index] as string, line }));
  return { lane, epoch, prev, head, lines: pending };
}

function checkAtom({ event, drafts }: Atom): void {
  if (!HASH.test(event))
    throw new AnGridError('input.invalid', { op: 'outbox.append', detail: 'an event id is a SHA-256' });
  for (const draft of drafts) checkDraft(draft);
}

function checkDraft({ id, json }: Draft): void {
  if (!HASH.test(id))
    throw new AnGridError('input.invalid', { op: 'outbox.append', detail: 'a draft id is a SHA-256' });
  if (json.length > LINE_BYTES / 3 && Buffer.byteLength(json) > LINE_BYTES) {
    throw new AnGridError('input.too-large', {
      op: 'outbox.append',
      subject: id,
      detail: `a line has at most ${LINE_BYTES} bytes`,
    });
  }
  if (!json.startsWith('{"') || json.includes('\n')) {
    throw new AnGridError('input.invalid', {
      op: 'outbox.append',
      subject: id,
      detail: 'a draft is one JSON object on one line',
    });
  }
}
