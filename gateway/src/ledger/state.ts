import {
  eventKinds,
  gatewayTimeSchema,
  gapStates,
  type GapState,
  lossReasons,
  type LossReason,
  numberRangeSchema,
  rejectReasons,
  type RejectReason,
} from '@angrid/contract';
import { z } from 'zod';

/** What each part of the state may grow to, whatever a device sends. */
export const ledgerLimits = { counts: 4, gaps: 64, ranges: 512, edges: 64, samples: 5, arrivals: 1000 } as const;

const keysOf = <K extends string>(table: Record<K, unknown>) => Object.keys(table) as [K, ...K[]];
const whole = z.number().int();

/** One count of a device: from where it was heard to its highest number. */
const countSchema = z.object({
  /** 1 is the first that this gateway heard. */
  ordinal: whole.positive(),
  /** The device's own word for it; empty where it has none. */
  word: z.string().max(64),
  first: whole.nonnegative(),
  last: whole.nonnegative(),
  /** When `last` happened as well as it is known, milliseconds since 1970 UTC. */
  lastMs: z.number(),
});
export type Count = Readonly<z.infer<typeof countSchema>>;

const gapSchema = z.object({
  /** What makes this gap itself; the hash of it goes up. */
  key: z.string().max(200),
  epoch: whole.positive(),
  word: z.string().max(64),
  from: whole.nonnegative(),
  to: whole.nonnegative(),
  missing: z.array(numberRangeSchema).readonly(),
  state: z.enum(keysOf<GapState>(gapStates)),
  why: z.enum(keysOf<LossReason>(lossReasons)).optional(),
  /** When the events on both sides of it happened. */
  after: z.number(),
  before: z.number(),
  noticedAt: gatewayTimeSchema,
  /** When it was decided. */
  decidedAt: gatewayTimeSchema.optional(),
  /** The cloud knows of it: numbers that only changed places are no gap. */
  told: z.boolean(),
});
export type Gap = Readonly<z.infer<typeof gapSchema>>;

const edgeSchema = z.object({
  kind: z.enum(eventKinds),
  channel: z.string().max(64).optional(),
  active: z.boolean(),
  /** When it was last told. */
  at: gatewayTimeSchema,
  overAfterSeconds: whole.optional(),
});
export type Edge = Readonly<z.infer<typeof edgeSchema>>;

const totalsSchema = z.object({
  late: whole,
  backfilled: whole,
  lost: whole,
  duplicates: whole,
  /** States that were told again. */
  unchanged: whole,
  rejected: z.partialRecord(z.enum(keysOf<RejectReason>(rejectReasons)), whole),
});
export type Totals = Readonly<z.infer<typeof totalsSchema>>;

/** What a device is being asked for. */
const askingSchema = z.object({
  gaps: z
    .array(z.string().max(200))
    .max(2 * ledgerLimits.gaps)
    .readonly(),
  by: z.enum(['time', 'sequence']),
  /** Both also for the other way of asking: a template may name them. */
  numbers: numberRangeSchema.optional(),
  /** When what is asked for happened, milliseconds since 1970 UTC, by our clock. */
  fromMs: z.number(),
  toMs: z.number(),
  attempt: whole,
  at: gatewayTimeSchema,
  /** Something came of it. */
  answered: z.boolean(),
  /** It has given all that it has. */
  complete: z.boolean(),
});
export type Asking = Readonly<z.infer<typeof askingSchema>>;

const outageSchema = z.object({
  /** Last heard before, first heard after. */
  from: gatewayTimeSchema,
  to: gatewayTimeSchema,
  /** The totals as they were then. */
  before: totalsSchema,
  /** A span of time that is still to be asked for, of a device that does not count. */
  unasked: z.boolean(),
  asked: z.boolean(),
});
export type Outage = Readonly<z.infer<typeof outageSchema>>;

const clockSchema = z.object({
  /** Device clock minus ours, milliseconds; the newest last. */
  samples: z.array(z.number()).max(ledgerLimits.samples).readonly(),
  /** Samples that look like old events, and perhaps are a clock that was set. */
  odd: z
    .array(z.object({ skewMs: z.number(), atMs: z.number() }))
    .max(ledgerLimits.samples)
    .readonly(),
  skewMs: z.number().optional(),
  /** Our wall clock minus our monotonic one, when last looked at: it tells of our own jumps. */
  base: z.object({ offsetMs: z.number(), boot: z.string().max(64) }).optional(),
  /** The alert is active; when it was last told. */
  drifting: gatewayTimeSchema.optional(),
});
export type DeviceClock = Readonly<z.infer<typeof clockSchema>>;

export const ledgerStateSchema = z.object({
  version: z.literal(1),
  count: countSchema.optional(),
  /** Counts that are over, the newest first. */
  older: z.array(countSchema).max(ledgerLimits.counts).readonly(),
  /** In the order in which they were noticed; the oldest of those that are decided give way. */
  gaps: z
    .array(gapSchema)
    .max(2 * ledgerLimits.gaps)
    .readonly(),
  edges: z.array(edgeSchema).max(ledgerLimits.edges).readonly(),
  totals: totalsSchema,
  clock: clockSchema,
  seen: gatewayTimeSchema.optional(),
  /** The last event that was not late. */
  live: gatewayTimeSchema.optional(),
  /** Late events, duplicates and gaps come: the line is not quiet. */
  busy: gatewayTimeSchema.optional(),
  /** Since when it is away; undefined while it is here. */
  away: gatewayTimeSchema.optional(),
  outage: outageSchema.optional(),
  asking: askingSchema.optional(),
  /** Number that was taken last: events of one record share it. In memory only. */
  latest: whole.optional(),
  /** When the last events that could be a burst came, monotonic milliseconds. In memory only. */
  arrivals: z.array(z.number()).max(ledgerLimits.arrivals).readonly(),
});
/** What is known of one device's delivery. A value: each step makes the next one. */
export type LedgerState = Readonly<z.infer<typeof ledgerStateSchema>>;

export const noTotals: Totals = { late: 0, backfilled: 0, lost: 0, duplicates: 0, unchanged: 0, rejected: {} };

/** It has every member, so that the states of all devices are of one shape, which copies many times faster. */
export const emptyLedger: LedgerState = {
  version: 1,
  count: undefined,
  older: [],
  gaps: [],
  edges: [],
  totals: noTotals,
  clock: { samples: [], odd: [], skewMs: undefined, base: undefined, drifting: undefined },
  seen: undefined,
  live: undefined,
  busy: undefined,
  away: undefined,
  outage: undefined,
  asking: undefined,
  latest: undefined,
  arrivals: [],
};
