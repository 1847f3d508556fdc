import { instantOf, localOf } from '../normalise/index.js';
import type { Asking } from './state.js';

/** Clocks are never quite equal, and a record may be filed a little after it happened. */
const MARGIN_MS = 60_000;

/** The values of a back-fill template: local times of the device's zone, and seconds since 1970 UTC. */
export interface AskedSpan {
  readonly from: string;
  readonly to: string;
  readonly fromEpoch: number;
  readonly toEpoch: number;
}

/** The span as the device's clock has it, widened by what that is off: a record too many is known again. */
export function askedSpan(
  { fromMs, toMs }: Pick<Asking, 'fromMs' | 'toMs'>,
  { zone, skewMs }: { readonly zone: string; readonly skewMs: number },
): AskedSpan {
  const margin = MARGIN_MS + Math.abs(skewMs);
  const from = fromMs - margin;
  const to = toMs + margin;
  return {
    from: textOf(localFrom(from, zone)),
    to: textOf(localTo(to, zone)),
    fromEpoch: Math.floor(from / 1000),
    toEpoch: Math.ceil(to / 1000),
  };
}

/** In the hour that comes twice the text would also be read as the later time: it goes back so far that neither cuts. */
function localFrom(ms: number, zone: string): number {
  const local = localOf(ms, zone) ?? ms;
  const latest = instantOf(local, zone, Number.MAX_SAFE_INTEGER) ?? ms;
  return local - Math.max(0, latest - ms);
}

function localTo(ms: number, zone: string): number {
  const local = localOf(ms, zone) ?? ms;
  const earliest = instantOf(local, zone, 0) ?? ms;
  return local + Math.max(0, ms - earliest);
}

/** `2026-01-15 22:03:10`, as the devices that take local times write them. */
function textOf(localMs: number): string {
  return new Date(localMs).toISOString().slice(0, 19).replace('T', ' ');
}
