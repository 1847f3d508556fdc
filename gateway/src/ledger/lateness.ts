import type { LateReason } from '@angrid/contract';
import type { Burst } from '@angrid/device-profiles';
import type { NormalisedEvent } from '../normalise/index.js';
import { elapsedMs } from '../rules/elapsed.js';
import { ageMs } from './device-clock.js';
import { type DeviceClock, type Gap, type LedgerState, ledgerLimits } from './state.js';

/** What fills a gap and is older than this was kept back, and did not only change places on the way. */
const KEPT_BACK_MS = 60_000;
/** The same for a device that gives no time: by the age of the gap. */
const GAP_AGE_MS = 30_000;

/** Why the event is late by itself, whatever its number says. */
export function lateByItself(
  clock: DeviceClock,
  arrivals: readonly number[],
  { item, delivery }: NormalisedEvent,
): LateReason | undefined {
  if (item.late) return 'said-by-device';
  if (delivery === undefined) return undefined;
  const { lateAfterSeconds, burst } = delivery;
  if (lateAfterSeconds !== undefined && (ageMs(clock, delivery) ?? 0) > lateAfterSeconds * 1000) return 'too-old';
  return burst !== undefined && isBurst(arrivals, burst, item.data.gatewayTime.monotonicMs) ? 'list-sync' : undefined;
}

/** What fills a gap lies in the past, unless it came at almost the same time. */
export function lateByGap(state: LedgerState, gap: Gap, { item, delivery }: NormalisedEvent): LateReason | undefined {
  const age = delivery && ageMs(state.clock, delivery);
  const kept = age === undefined ? elapsedMs(gap.noticedAt, item.data.gatewayTime) > GAP_AGE_MS : age > KEPT_BACK_MS;
  return kept ? 'fills-gap' : undefined;
}

/** The arrivals with this one, the oldest first; none older than the window. */
export function noteArrival(arrivals: readonly number[], { withinSeconds }: Burst, now: number): readonly number[] {
  const since = now - withinSeconds * 1000;
  const recent = arrivals.filter((at) => at > since && at <= now);
  return [...recent, now].slice(-ledgerLimits.arrivals);
}

/** With this one there are more within the time than people can pass. */
function isBurst(arrivals: readonly number[], { over, withinSeconds }: Burst, now: number): boolean {
  const first = arrivals[arrivals.length - over];
  return first !== undefined && first <= now && now - first < withinSeconds * 1000;
}
