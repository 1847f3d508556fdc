import type { GatewayTime, LossReason } from '@angrid/contract';
import type { CompiledBackfill } from '@angrid/device-profiles';
import { elapsedMs } from '../rules/elapsed.js';
import { countOf } from './ranges.js';
import { type Asking, type Gap, type LedgerState } from './state.js';

/** So long nothing late comes before a device is asked: its own replay goes first. */
export const QUIET_MS = 5000;
/** A model that cannot be asked is given this long to bring it by itself. */
const OWN_REPLAY_MS = 120_000;
const ATTEMPTS = 2;
/** Gaps that lie closer together are asked for in one span of time. */
const TOGETHER_MS = 24 * 60 * 60 * 1000;

export interface AskStep {
  readonly state: LedgerState;
  /** To be sent now. */
  readonly ask?: Asking;
}

type Backfill = Pick<CompiledBackfill, 'by' | 'waitSeconds'>;

/** Brings the asking on: what waits is asked for, twice at most, one thing at a time, and what did not come is lost. */
export function stepAsking(state: LedgerState, now: GatewayTime, backfill: Backfill | undefined): AskStep {
  if (state.away !== undefined) return state.asking === undefined ? { state } : { state: withoutAsking(state) };
  if (!isQuiet(state, now, QUIET_MS)) return { state };
  if (backfill === undefined) return { state: giveUpOld(state, now) };
  const { asking } = state;
  if (asking === undefined) return begin(state, now, backfill);
  if (isMet(state, asking)) return begin(finish(state, asking, now), now, backfill);
  if (!asking.complete && elapsedMs(asking.at, now) < backfill.waitSeconds * 1000) return { state };
  if (!asking.complete && asking.attempt < ATTEMPTS)
    return send(state, { ...asking, attempt: asking.attempt + 1, at: now });
  return begin(finish(state, asking, now), now, backfill);
}

export function isQuiet({ busy }: LedgerState, now: GatewayTime, quietMs: number): boolean {
  return busy === undefined || elapsedMs(busy, now) >= quietMs;
}

/** What came of sending: `failed` where the device could not be reached, `complete` where it has given all it has. */
export function hearAnswer(state: LedgerState, came: 'failed' | 'complete' | 'sent', now: GatewayTime): LedgerState {
  const { asking } = state;
  if (asking === undefined || came !== 'complete') return state;
  return { ...state, asking: { ...asking, answered: true, complete: true }, busy: now };
}

/** Something came that was perhaps asked for. */
export function noteComing(state: LedgerState, at: GatewayTime): LedgerState {
  const { asking } = state;
  if (asking === undefined || asking.answered) return { ...state, busy: at };
  return { ...state, asking: { ...asking, answered: true }, busy: at };
}

export function lose(state: LedgerState, gaps: readonly Gap[], why: LossReason, now: GatewayTime): LedgerState {
  if (gaps.length === 0) return state;
  let lost = state.totals.lost;
  for (const gap of gaps) lost += countOf(gap.missing);
  return {
    ...state,
    totals: { ...state.totals, lost },
    gaps: state.gaps.map((gap) =>
      gaps.includes(gap) ? { ...gap, told: true, state: 'lost', why, decidedAt: now } : gap,
    ),
  };
}

/** Nothing of what it asks for is missing any more. */
function isMet(state: LedgerState, { gaps }: Asking): boolean {
  return gaps.length > 0 && !state.gaps.some(({ key, state: is }) => is === 'open' && gaps.includes(key));
}

function finish(state: LedgerState, asking: Asking, now: GatewayTime): LedgerState {
  const left = state.gaps.filter(({ key, state: is }) => is === 'open' && asking.gaps.includes(key));
  const decided = lose(withoutAsking(state), left, asking.answered ? 'device-has-it-no-more' : 'not-answered', now);
  if (asking.gaps.length > 0 || decided.outage === undefined) return decided;
  return { ...decided, outage: { ...decided.outage, unasked: false, asked: asking.answered } };
}

function begin(state: LedgerState, now: GatewayTime, { by }: Backfill): AskStep {
  const first = state.gaps.find((gap) => gap.state === 'open');
  if (first !== undefined) return send(state, by === 'time' ? askTime(state, first, now) : askNumbers(first, now));
  const { outage } = state;
  if (by !== 'time' || outage?.unasked !== true) return { state };
  const span = { fromMs: Date.parse(outage.from.wall), toMs: Date.parse(outage.to.wall) };
  return send(state, { ...fresh(now), by, gaps: [], ...span });
}

function askTime({ gaps }: LedgerState, first: Gap, now: GatewayTime): Asking {
  const near = gaps.filter(
    ({ state, after, before }) =>
      state === 'open' && before >= first.after - TOGETHER_MS && after <= first.before + TOGETHER_MS,
  );
  return {
    ...fresh(now),
    by: 'time',
    gaps: near.map(({ key }) => key),
    fromMs: Math.min(...near.map(({ after, before }) => Math.min(after, before))),
    toMs: Math.max(...near.map(({ after, before }) => Math.max(after, before))),
  };
}

function askNumbers({ key, missing, after, before }: Gap, now: GatewayTime): Asking {
  const numbers = { from: missing[0]?.from ?? 0, to: missing.at(-1)?.to ?? 0 };
  const span = { fromMs: Math.min(after, before), toMs: Math.max(after, before) };
  return { ...fresh(now), by: 'sequence', gaps: [key], numbers, ...span };
}

function fresh(at: GatewayTime) {
  return { attempt: 1, at, answered: false, complete: false } as const;
}

function send(state: LedgerState, asking: Asking): AskStep {
  return { state: { ...state, asking }, ask: asking };
}

function giveUpOld(state: LedgerState, now: GatewayTime): LedgerState {
  const old = state.gaps.filter(
    ({ state: is, noticedAt }) => is === 'open' && elapsedMs(noticedAt, now) >= OWN_REPLAY_MS,
  );
  const decided = lose(state, old, 'no-back-fill', now);
  return decided.outage?.unasked ? { ...decided, outage: { ...decided.outage, unasked: false } } : decided;
}

function withoutAsking(state: LedgerState): LedgerState {
  const { asking: _, ...rest } = state;
  return rest;
}
