import type { GatewayTime } from '@angrid/contract';
import { z } from 'zod';
import { emptyLedger, type LedgerState, ledgerStateSchema } from './state.js';

/**
 * A ledger in two rows: all of it, written when something but the counters moved, and the counters, written with each
 * event. So the last number is as durable as its event, and costs a short row.
 */
export interface StoredLedger {
  readonly whole: string | undefined;
  readonly counters: string | undefined;
}

const whole = z.number().int();
/** ordinal, last, lastMs, seen (wall), live (wall; 0: never), late, duplicates, unchanged, skew */
const countersSchema = z.tuple([whole, whole, z.number(), whole, whole, whole, whole, whole, z.number().nullable()]);

/** Stands in times that another run of the kernel has measured. */
const BEFORE = 'before';

export function countersOf({ count, totals, clock, seen, live }: LedgerState): string {
  const { ordinal = 0, last = 0, lastMs = 0 } = count ?? {};
  const { late, duplicates, unchanged } = totals;
  const skew = clock.skewMs === undefined ? 'null' : Math.round(clock.skewMs);
  const seenMs = wallOf(seen);
  const liveMs = live === seen ? seenMs : wallOf(live);
  return `[${ordinal},${last},${lastMs},${seenMs},${liveMs},${late},${duplicates},${unchanged},${skew}]`;
}

export function wholeOf(state: LedgerState): string {
  const { latest: _, ...kept } = state;
  return JSON.stringify({ ...kept, arrivals: [] });
}

/** False where nothing moved but what the counters hold, and what may be forgotten. */
export function isWholeDue(before: LedgerState, after: LedgerState): boolean {
  return (
    before.gaps !== after.gaps ||
    before.older !== after.older ||
    before.edges !== after.edges ||
    before.outage !== after.outage ||
    before.asking !== after.asking ||
    before.away !== after.away ||
    before.clock.drifting !== after.clock.drifting ||
    before.count?.ordinal !== after.count?.ordinal ||
    before.totals.rejected !== after.totals.rejected ||
    before.totals.lost !== after.totals.lost
  );
}

/** Anything that cannot be read, such as a state of a newer version, begins anew. */
export function readLedger({ whole: json, counters }: StoredLedger): LedgerState {
  const kept = { ...emptyLedger, ...ledgerStateSchema.safeParse(parsed(json)).data };
  const read = countersSchema.safeParse(parsed(counters)).data;
  if (read === undefined) return kept;
  const [ordinal, last, lastMs, seen, live, late, duplicates, unchanged, skewMs] = read;
  const { count, totals, clock } = kept;
  return {
    ...kept,
    ...(count?.ordinal === ordinal && { count: { ...count, last, lastMs } }),
    totals: { ...totals, late, duplicates, unchanged },
    clock: skewMs === null ? clock : { ...clock, skewMs },
    ...(seen !== 0 && { seen: timeOf(seen) }),
    ...(live !== 0 && { live: timeOf(live) }),
  };
}

function wallOf(time: GatewayTime | undefined): number {
  return time === undefined ? 0 : Date.parse(time.wall);
}

function timeOf(wallMs: number): GatewayTime {
  return { wall: new Date(wallMs).toISOString(), monotonicMs: 0, boot: BEFORE };
}

function parsed(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
