import type { GatewayTime } from '@angrid/contract';

/**
 * Milliseconds from one gateway time to a later one, never negative: monotonic within one run of the kernel, wall time
 * across a restart. It measures; it never puts things in order.
 */
export function elapsedMs(from: GatewayTime, to: GatewayTime): number {
  if (from.boot === to.boot) return Math.max(0, to.monotonicMs - from.monotonicMs);
  return Math.max(0, Date.parse(to.wall) - Date.parse(from.wall)) || 0;
}

/** What is known since the gateway started counts from then: it could not hear anything before. */
export function notBefore(time: GatewayTime, start: GatewayTime): GatewayTime {
  return time.boot === start.boot && time.monotonicMs >= start.monotonicMs ? time : start;
}
