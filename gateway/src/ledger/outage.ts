import { type Certainty, deliveryLimits, type GatewayTime, type OutageData, type RejectReason } from '@angrid/contract';
import { elapsedMs } from '../rules/elapsed.js';
import { isQuiet } from './asking.js';
import type { Gap, LedgerState, Outage, Totals } from './state.js';

/** A replay is over when nothing late has come for so long. */
const OVER_MS = 30_000;
/** A shorter absence that cost nothing is not worth a report. */
const WORTH_MS = 60_000;

export type OutageReport = Omit<OutageData, 'device'>;

/** The device is gone; or it was, when nothing was heard for too long. */
export function leave(state: LedgerState, at: GatewayTime): LedgerState {
  return state.away === undefined ? { ...state, away: at } : state;
}

/** It is heard again. `counts`: its numbers will show what is missing; else the whole span has to be asked for. */
export function comeBack(state: LedgerState, at: GatewayTime): LedgerState {
  const { away, ...here } = state;
  if (away === undefined) return state;
  const unasked = state.count === undefined && elapsedMs(away, at) >= WORTH_MS;
  const outage: Outage =
    state.outage === undefined
      ? { from: away, to: at, before: state.totals, unasked, asked: false }
      : { ...state.outage, to: at, unasked: state.outage.unasked || unasked };
  return { ...here, outage, busy: at };
}

/** The report, once the replay is over and everything that was missing is decided. */
export function closeOutage(
  state: LedgerState,
  now: GatewayTime,
): { readonly state: LedgerState; readonly report?: OutageReport } {
  const { outage, ...closed } = state;
  if (outage === undefined || state.away !== undefined || state.asking !== undefined || outage.unasked)
    return { state };
  if (!isQuiet(state, now, OVER_MS) || state.gaps.some((gap) => gap.state === 'open')) return { state };
  const report = reportOf(state, outage, now);
  const cost = report.late + report.backfilled + report.lostCount;
  return cost === 0 && elapsedMs(outage.from, outage.to) < WORTH_MS ? { state: closed } : { state: closed, report };
}

function reportOf({ totals, gaps, count }: LedgerState, outage: Outage, reportedAt: GatewayTime): OutageReport {
  const { before, from, to, asked } = outage;
  return {
    span: { from: from.wall, to: to.wall },
    late: totals.late - before.late,
    backfilled: totals.backfilled - before.backfilled,
    lostCount: Math.max(0, totals.lost - before.lost),
    lost: gaps.flatMap((gap) => lostOf(gap, to)).slice(0, deliveryLimits.lost),
    duplicates: totals.duplicates - before.duplicates,
    rejected: rejectedSince(before, totals),
    certainty: certaintyOf(count !== undefined, asked),
    reportedAt,
  };
}

function certaintyOf(counts: boolean, asked: boolean): Certainty {
  if (counts) return 'numbered';
  return asked ? 'asked' : 'none';
}

/** What was decided since the device came back. */
function lostOf({ state, why, decidedAt, missing, epoch }: Gap, since: GatewayTime): OutageReport['lost'] {
  if (state !== 'lost' || why === undefined || decidedAt === undefined) return [];
  const decidedBefore = decidedAt.boot === since.boot && decidedAt.monotonicMs < since.monotonicMs;
  return decidedBefore ? [] : missing.map((range) => ({ ...range, epoch, why }));
}

function rejectedSince(before: Totals, now: Totals): OutageReport['rejected'] {
  const since: Partial<Record<RejectReason, number>> = {};
  for (const [reason, count] of Object.entries(now.rejected) as [RejectReason, number][]) {
    const more = count - (before.rejected[reason] ?? 0);
    if (more > 0) since[reason] = more;
  }
  return since;
}
