import type { EventKind, GatewayTime } from '@angrid/contract';
import { eventType, laneOf } from '@angrid/contract';
import { sha256 } from '@angrid/contract/signing';
import type { Delivery, NormalisedEvent } from '../normalise/index.js';
import { emptyLedger, type LedgerState } from './state.js';
import { type LedgerContext, type LedgerFact, type LedgerInput, type LedgerStep, stepLedger } from './step-ledger.js';

export const startMs = Date.parse('2026-01-15T00:00:00Z');

export function timeAt(seconds: number, boot = 'boot-1'): GatewayTime {
  return { wall: new Date(startMs + seconds * 1000).toISOString(), monotonicMs: seconds * 1000, boot };
}

export interface Happening extends Partial<Omit<Delivery, 'deviceMs' | 'receivedMs' | 'happenedMs'>> {
  /** When the gateway received it, seconds from the start. */
  readonly at: number;
  /** When it happened by the device's clock, seconds from the start; `null` for a device that gives no time. */
  readonly deviceAt?: number | null;
  readonly kind?: EventKind;
  readonly channel?: string;
  readonly late?: boolean;
}

export function happened(happening: Happening): NormalisedEvent {
  const { at, deviceAt = at, kind = 'access.granted', channel, late = false, ...told } = happening;
  const receivedMs = startMs + at * 1000;
  const deviceMs = deviceAt === null ? undefined : startMs + deviceAt * 1000;
  const delivery: Delivery = {
    ...silent,
    happenedMs: deviceMs ?? receivedMs,
    deviceMs,
    receivedMs,
    count: told.sequence === undefined ? undefined : '',
    ...told,
  };
  const key = `${told.count ?? ''}|${told.sequence ?? `${at}/${kind}`}`;
  return { item: itemOf({ key, kind, channel, late, at }), delivery };
}

const silent = {
  sequence: undefined,
  previous: undefined,
  lateAfterSeconds: undefined,
  burst: undefined,
  edge: undefined,
  edgeOverAfterSeconds: undefined,
} as const;

interface Told {
  readonly key: string;
  readonly kind: EventKind;
  readonly channel: string | undefined;
  readonly late: boolean;
  readonly at: number;
}

function itemOf({ key, kind, channel, late, at }: Told): NormalisedEvent['item'] {
  const dedup = { rule: 'vendor-record', key } as const;
  const rawHash = sha256(key);
  const gatewayTime = timeAt(at);
  return {
    specversion: '1.0',
    id: rawHash,
    source: 'angrid://gw-1',
    subject: 'door-1',
    type: eventType(kind),
    time: gatewayTime.wall,
    datacontenttype: 'application/json',
    sourcekind: 'gateway',
    lane: laneOf(kind),
    retentionclass: 'passage',
    purpose: 'property-management',
    siteclass: 'art9',
    late,
    exercise: false,
    data: { kind, device: 'door-1', channel, profile: 'test@1.0.0', rawHash, dedup, gatewayTime },
  };
}

const quiet: LedgerContext = {
  startedAt: timeAt(0),
  offlineAfterSeconds: undefined,
  backfill: undefined,
  driftSeconds: 120,
};

/** A ledger and everything that it said, step by step. */
export class Bookkeeper {
  state: LedgerState = emptyLedger;
  readonly facts: LedgerFact[] = [];
  private readonly context: LedgerContext;
  private readonly seen = new Set<string>();
  private now = 0;

  constructor(context: Partial<LedgerContext> = {}) {
    this.context = { ...quiet, ...context };
  }

  step(input: LedgerInput): LedgerStep {
    const step = stepLedger(this.state, input, this.context);
    this.state = step.state;
    this.facts.push(...step.facts);
    return step;
  }

  /** An event as the pipeline takes it: one that is known is a duplicate. */
  take(happening: Happening): LedgerStep {
    this.now = Math.max(this.now, happening.at);
    const event = happened(happening);
    const known = this.seen.has(event.item.id);
    this.seen.add(event.item.id);
    return this.step(known ? { duplicate: event } : { event });
  }

  /** Lets the seconds pass up to `until`. */
  pass(until: number): LedgerFact[] {
    const before = this.facts.length;
    for (let now = this.now + 1; now <= until; now += 1) this.step({ tick: timeAt(now) });
    this.now = Math.max(this.now, until);
    return this.facts.slice(before);
  }

  life(life: 'online' | 'offline' | 'heartbeat', at: number): void {
    this.now = Math.max(this.now, at);
    this.step({ life, at: timeAt(at) });
  }

  /** Numbers that are missing, in the order of their gaps; those of gaps that were decided too. */
  missing(): number[] {
    return this.state.gaps.flatMap(({ missing }) =>
      missing.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index)),
    );
  }
}
