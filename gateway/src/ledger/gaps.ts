import type { GatewayTime } from '@angrid/contract';
import { isQuiet, lose, QUIET_MS } from './asking.js';
import { type Gap, ledgerLimits, type LedgerState } from './state.js';

/** A gap of which nothing is missing any more is over; one that nobody was told of was only another order. */
export function closeFilled(state: LedgerState, now: GatewayTime): LedgerState {
  if (!state.gaps.some(isFilled)) return state;
  const gaps = state.gaps.flatMap((gap): Gap[] => {
    if (!isFilled(gap)) return [gap];
    const { why: _, ...rest } = gap;
    return gap.told ? [{ ...rest, state: 'backfilled', decidedAt: now }] : [];
  });
  return { ...state, gaps };
}

function isFilled({ missing, state }: Gap): boolean {
  return missing.length === 0 && state !== 'backfilled';
}

/**
 * Keeps the list bounded: decided gaps give way, the oldest first. Where there are too many open ones the oldest is
 * given up; it stays until the next gap, so that it is told.
 */
export function keepFew(state: LedgerState, now: GatewayTime): LedgerState {
  const over = state.gaps.length - ledgerLimits.gaps;
  if (over <= 0) return state;
  const leaving = new Set(state.gaps.filter((gap) => gap.state !== 'open').slice(0, over));
  const gaps = state.gaps.filter((gap) => !leaving.has(gap));
  const few = { ...state, gaps };
  return gaps.length <= ledgerLimits.gaps ? few : lose(few, gaps.slice(0, 1), 'too-many-gaps', now);
}

/** Once the line is quiet, what is still missing is a gap. */
export function noteOpen(state: LedgerState, now: GatewayTime): LedgerState {
  if (!state.gaps.some((gap) => !gap.told) || !isQuiet(state, now, QUIET_MS)) return state;
  return { ...state, gaps: state.gaps.map((gap) => (gap.told ? gap : { ...gap, told: true })) };
}

/** Gaps that the cloud is to hear of: new to it, or in another state. */
export function changedGaps(before: LedgerState, after: LedgerState): readonly Gap[] {
  if (before.gaps === after.gaps) return [];
  const known = new Map(before.gaps.map((gap) => [gap.key, gap]));
  return after.gaps.filter((gap) => {
    const was = known.get(gap.key);
    return gap.told && (was?.told !== true || was.state !== gap.state);
  });
}
