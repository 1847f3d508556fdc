import { AnGridError, batchLimits, type BatchAnswer, type ErrorCode, type Lane } from '@angrid/contract';
import type { Cancel, Clock, Log } from '@angrid/runtime';
import type { Lease, Outbox } from '../outbox/outbox.js';
import { backOff } from './back-off.js';
import { type BatchSigner, buildBatch } from './batch.js';
import type { Transport } from './transport.js';

export interface DrainParts {
  readonly outbox: Pick<Outbox, 'lease' | 'settle' | 'newEpoch' | 'onAppended'>;
  readonly transport: Pick<Transport, 'send'>;
  readonly signer: BatchSigner;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly onAnswer: (answer: BatchAnswer) => void;
}

export interface DrainStatus {
  /** waiting: nothing has been sent since the start. */
  readonly state: 'waiting' | 'connected' | 'backing-off';
  readonly failure?: { readonly code: ErrorCode; readonly detail: string };
  /** Wall milliseconds of the last answer. */
  readonly answeredAt?: number;
}

/** Lanes in the order in which they go up. */
const LANES: readonly Lane[] = ['alarm', 'record', 'media'];
/** Codes that say something about a line in the batch, not about the link or the gateway. */
const OF_CONTENT: readonly ErrorCode[] = ['contract.violation', 'input.invalid', 'input.too-large'];
/** Lines that are refused alone, one after the other, before it looks as if all would be. */
const REFUSED_ALONE = 3;
/** While the link is down, a new alarm is tried this long after the last attempt. */
const ALARM_RETRY_MS = 5000;

interface LaneState {
  /** A batch of the lane is on its way. */
  busy: boolean;
  /** There is more than that batch. */
  backlog: boolean;
  /** The outbox may hold lines of the lane. */
  stocked: boolean;
  /** Lines of the next batch; halved while the cloud refuses whole batches for what is in them. */
  limit: number;
}

/**
 * Sends the outbox up: at most one batch of a lane at a time, so that order holds within it, and a lane only when the
 * lanes above it are empty or wholly on their way. A new alarm therefore never waits for records.
 */
export class Drain {
  private readonly lanes: Record<Lane, LaneState> = { alarm: idle(), record: idle(), media: idle() };
  private readonly stopping = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private failures = 0;
  private refusedAlone = 0;
  private epochWanted = false;
  private openedEpoch: number | undefined;
  private wake: Cancel | undefined;
  private attemptedAt = Number.NEGATIVE_INFINITY;
  private dueAt = 0;
  private current: DrainStatus = { state: 'waiting' };

  constructor(private readonly parts: DrainParts) {}

  start(): void {
    this.parts.outbox.onAppended((lanes) => {
      for (const lane of lanes) this.lanes[lane].stocked = true;
      if (lanes.has('alarm')) this.hasten();
      this.pump();
    });
    this.pump();
  }

  async stop(): Promise<void> {
    this.stopping.abort(new AnGridError('uplink.unreachable', { op: 'uplink.drain', detail: 'the gateway stops' }));
    this.wake?.();
    while (this.running.size > 0) await Promise.all(this.running);
  }

  status(): DrainStatus {
    return this.current;
  }

  /** Whether alarms or records wait that are not on their way yet, or anything of lane media: evidence comes after them. */
  get isBehind(): boolean {
    const { alarm, record, media } = this.lanes;
    return this.wake !== undefined || alarm.backlog || record.backlog || media.busy || media.stocked;
  }

  private pump(): void {
    if (this.stopping.signal.aborted || this.wake || this.epochWanted) return;
    for (const lane of LANES) {
      const state = this.lanes[lane];
      if (!state.busy && state.stocked) this.follow(lane, state);
      if (state.busy && (state.backlog || this.failures > 0)) return;
    }
  }

  private follow(lane: Lane, state: LaneState): void {
    state.busy = true;
    state.backlog = true;
    this.attemptedAt = this.parts.clock.monotonic();
    const work = this.sendOne(lane, state).then(async () => {
      state.busy = false;
      state.backlog = false;
      await this.renewEpoch();
      this.running.delete(work);
      this.pump();
    });
    this.running.add(work);
  }

  /** Once nothing is on its way any more: numbers change under every lease. */
  private async renewEpoch(): Promise<void> {
    if (!this.epochWanted || LANES.some((lane) => this.lanes[lane].busy)) return;
    try {
      this.openedEpoch = await this.parts.outbox.newEpoch();
      this.parts.log.warn(
        { epoch: this.openedEpoch },
        'the cloud knows other numbers than this disk: a new boot epoch begins',
      );
    } catch (error) {
      this.pause(typed(error));
    }
    this.epochWanted = false;
  }

  private async sendOne(lane: Lane, state: LaneState): Promise<void> {
    let lease: Lease | undefined;
    try {
      state.stocked = false;
      lease = await this.parts.outbox.lease(lane, state.limit);
      state.backlog = lease !== undefined && lease.lines.length >= state.limit;
      if (!lease) return;
      state.stocked = true;
      this.pump();
      await this.exchange(lease);
      state.limit = Math.min(batchLimits.lines, state.limit * 2);
    } catch (error) {
      if (!this.stopping.signal.aborted) await this.failed(error, lease, state);
    }
  }

  private async exchange(lease: Lease): Promise<void> {
    const { outbox, transport, signer, clock, log, onAnswer } = this.parts;
    const batch = buildBatch(lease, signer, clock.wall());
    const answer = await transport.send(batch, this.stopping.signal);
    const settled = await outbox.settle(lease, answer);
    if (settled === 0) {
      throw new AnGridError('uplink.unreachable', {
        op: 'uplink.send',
        subject: lease.lane,
        detail: 'the answer names no line of the batch',
      });
    }
    if (answer.rejected.length > 0)
      log.warn(
        { lane: lease.lane, rejected: answer.rejected.slice(0, 5) },
        'the cloud rejected items: they are in quarantine',
      );
    if (answer.openEpoch) this.epochWanted = true;
    if (this.current.state === 'backing-off') log.info({}, 'the cloud answers again');
    this.failures = 0;
    this.refusedAlone = 0;
    this.current = { state: 'connected', answeredAt: clock.wall() };
    onAnswer(answer);
  }

  private async failed(cause: unknown, lease: Lease | undefined, state: LaneState): Promise<void> {
    const error = typed(cause);
    if (lease && OF_CONTENT.includes(error.code) && (await this.narrow(error, lease, state))) return;
    if (error.code !== 'contract.chain-broken') return this.pause(error);
    this.epochWanted = true;
    if (lease?.epoch === this.openedEpoch) this.pause(error);
  }

  /** Finds the line that the cloud refuses a whole batch for and quarantines it; false where all lines seem refused. */
  private async narrow({ code, detail = '' }: AnGridError, lease: Lease, state: LaneState): Promise<boolean> {
    const [line, ...others] = lease.lines;
    if (!line) return false;
    if (others.length > 0) {
      state.limit = Math.floor(lease.lines.length / 2);
      return true;
    }
    this.refusedAlone += 1;
    if (this.refusedAlone > REFUSED_ALONE) return false;
    await this.parts.outbox.settle(lease, {
      accepted: [],
      duplicate: [],
      rejected: [{ id: line.id, code, detail: detail.slice(0, 500) }],
    });
    return true;
  }

  private pause(error: AnGridError): void {
    if (this.wake) return;
    const { log, random } = this.parts;
    this.failures += 1;
    if (this.current.failure?.code !== error.code)
      log.warn({ code: error.code, detail: error.message }, 'the cloud takes no batches: they wait');
    this.current = { ...this.current, state: 'backing-off', failure: { code: error.code, detail: error.message } };
    this.resumeIn(backOff(this.failures, random));
  }

  /** A new alarm does not wait for the whole back-off: the link may be back. */
  private hasten(): void {
    const now = this.parts.clock.monotonic();
    const due = Math.max(now, this.attemptedAt + ALARM_RETRY_MS);
    if (this.wake && due < this.dueAt) this.resumeIn(due - now);
  }

  private resumeIn(ms: number): void {
    this.wake?.();
    this.dueAt = this.parts.clock.monotonic() + ms;
    this.wake = this.parts.clock.after(ms, () => {
      this.wake = undefined;
      this.pump();
    });
  }
}

function typed(error: unknown): AnGridError {
  return error instanceof AnGridError
    ? error
    : new AnGridError('internal.unexpected', { op: 'uplink.send', detail: String(error), cause: error });
}

function idle(): LaneState {
  return { busy: false, backlog: false, stocked: true, limit: batchLimits.lines };
}
