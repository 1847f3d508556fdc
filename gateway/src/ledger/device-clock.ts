import type { GatewayTime } from '@angrid/contract';
import { type Delivery, isClockSet } from '../normalise/index.js';
import { elapsedMs } from '../rules/elapsed.js';
import { type DeviceClock, ledgerLimits } from './state.js';

/** Samples of old events differ by as much as the events do; those of a clock that was set wrong agree. */
const AGREE_MS = 30_000;
/** A sample this close to the estimate is taken as it is. */
const NEAR_MS = 30_000;
const SPREAD_MS = 60_000;
/** A step of our own wall clock that is larger than this was not the passing of time. */
const JUMP_MS = 1000;
/** Few samples say little. */
const ENOUGH = 3;
/** A network's delay is no drift. */
const SAME_MS = 250;
const TOLD_AGAIN_MS = 12 * 60 * 60 * 1000;

/** The gateway's own clock moved: the device's is off by so much more or less than it was. */
export function followJump(clock: DeviceClock, at: GatewayTime, receivedMs: number): DeviceClock {
  const offsetMs = receivedMs - at.monotonicMs;
  const { base } = clock;
  if (base !== undefined && base.boot === at.boot && Math.abs(base.offsetMs - offsetMs) <= JUMP_MS) return clock;
  const moved = { ...clock, base: { offsetMs, boot: at.boot } };
  if (base === undefined || base.boot !== at.boot) return moved;
  const by = base.offsetMs - offsetMs;
  const samples = clock.samples.map((sample) => sample + by);
  return { ...moved, samples, odd: [], ...(clock.skewMs !== undefined && { skewMs: clock.skewMs + by }) };
}

/** How old an event was when it came, by the device's clock as it was measured; undefined where that cannot be said. */
export function ageMs(clock: DeviceClock, { deviceMs, receivedMs }: Delivery): number | undefined {
  if (deviceMs === undefined || !isClockSet(receivedMs)) return undefined;
  return receivedMs - deviceMs + (clock.skewMs ?? 0);
}

/**
 * Takes an event that the device does not call late as a sample; the estimate is the median of the last few. Where only
 * its age tells a late event (`lateAfterSeconds`), a sample far from the estimate is taken when several in a row agree.
 */
export function sampleClock(clock: DeviceClock, { deviceMs, receivedMs, lateAfterSeconds }: Delivery): DeviceClock {
  if (deviceMs === undefined || !isClockSet(receivedMs)) return clock;
  const skewMs = deviceMs - receivedMs;
  if (saysNothingNew(clock, skewMs)) return clock;
  if (lateAfterSeconds === undefined || Math.abs(skewMs - (clock.skewMs ?? 0)) <= NEAR_MS) {
    return estimate(clock, newest([...clock.samples, skewMs]));
  }
  const odd = [...clock.odd, { skewMs, atMs: receivedMs }].slice(-ledgerLimits.samples);
  return isSet(odd)
    ? estimate(
        clock,
        odd.map((sample) => sample.skewMs),
      )
    : { ...clock, odd };
}

/** The clock as the gateway read it: there is nothing to estimate. */
export function readClock(clock: DeviceClock, skewMs: number): DeviceClock {
  return estimate(clock, Array<number>(ENOUGH).fill(skewMs));
}

/** The last few agree with it, and so does it. */
function saysNothingNew({ samples, odd, skewMs: known }: DeviceClock, skewMs: number): boolean {
  return (
    samples.length === ledgerLimits.samples &&
    odd.length === 0 &&
    known !== undefined &&
    Math.abs(skewMs - known) <= SAME_MS
  );
}

function isSet(odd: DeviceClock['odd']): boolean {
  if (odd.length < ledgerLimits.samples) return false;
  return spread(odd.map(({ skewMs }) => skewMs)) <= AGREE_MS && spread(odd.map(({ atMs }) => atMs)) >= SPREAD_MS;
}

function estimate(clock: DeviceClock, samples: readonly number[]): DeviceClock {
  const skewMs = samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
  return { ...clock, samples, odd: clock.odd.length === 0 ? clock.odd : [], skewMs };
}

function newest(samples: readonly number[]): readonly number[] {
  return samples.slice(-ledgerLimits.samples);
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** The alert on a device's clock, where it changes now; or is to be told again so that it stays. */
export interface Drift {
  readonly clock: DeviceClock;
  readonly told?: 'drifts' | 'over';
}

/** It drifts beyond the bound, and is right again below half of it. */
export function watchDrift(clock: DeviceClock, boundMs: number, at: GatewayTime): Drift {
  const { skewMs, drifting, samples } = clock;
  if (skewMs === undefined || samples.length < ENOUGH) return { clock };
  const off = Math.abs(skewMs);
  if (drifting === undefined) return off > boundMs ? { clock: { ...clock, drifting: at }, told: 'drifts' } : { clock };
  if (off >= boundMs / 2) {
    if (elapsedMs(drifting, at) < TOLD_AGAIN_MS) return { clock };
    return { clock: { ...clock, drifting: at }, told: 'drifts' };
  }
  return { clock: { ...clock, drifting: undefined }, told: 'over' };
}
