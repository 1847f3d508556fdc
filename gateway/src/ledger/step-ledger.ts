import type { GatewayTime, LateReason, RejectReason } from '@angrid/contract';
import type { CompiledBackfill, Numbered, StateReport } from '@angrid/device-profiles';
import type { NormalisedEvent } from '../normalise/index.js';
import { elapsedMs, notBefore } from '../rules/elapsed.js';
import type { Life } from '../rules/rule.js';
import { hearAnswer, noteComing, stepAsking } from './asking.js';
import { takeNumber } from './counting.js';
import { followJump, readClock, sampleClock, watchDrift } from './device-clock.js';
import { endSilent, overReport, syncEdge, tellEdge } from './edges.js';
import { changedGaps, closeFilled, keepFew, noteOpen } from './gaps.js';
import { lateByGap, lateByItself, noteArrival } from './lateness.js';
import { closeOutage, comeBack, leave, type OutageReport } from './outage.js';
import type { Asking, Gap, LedgerState } from './state.js';

/**
 * What a step takes. `duplicate`: the event was here already. `numbered`: a record that is no event. `skewMs`: the
 * device's clock, read by the gateway. `answer`: what came
 * of asking for records again.
 */
export type LedgerInput =
  | { readonly event: NormalisedEvent }
  | { readonly duplicate: NormalisedEvent }
  | { readonly life: Life; readonly at: GatewayTime }
  | { readonly sync: StateReport; readonly at: GatewayTime }
  | { readonly numbered: Numbered; readonly at: GatewayTime }
  | { readonly rejected: RejectReason; readonly count: number; readonly at: GatewayTime }
  | { readonly skewMs: number; readonly at: GatewayTime }
  | { readonly answer: 'complete' | 'failed' | 'sent'; readonly at: GatewayTime }
  | { readonly tick: GatewayTime };

export interface LedgerContext {
  /** When this gateway process started: silence before that says nothing. */
  readonly startedAt: GatewayTime;
  readonly offlineAfterSeconds: number | undefined;
  readonly backfill: Pick<CompiledBackfill, 'by' | 'waitSeconds'> | undefined;
  /** Beyond this a device's clock is an alert. */
  readonly driftSeconds: number;
}

/** What a step finds out. Gaps and outages go up; `drift` and `over` concern the rules; `ask` the device. */
export type LedgerFact =
  | { readonly gap: Gap }
  | { readonly outage: OutageReport }
  | { readonly ask: Asking }
  | { readonly drift: 'drifts' | 'over'; readonly skewMs: number }
  | { readonly over: StateReport };

export interface LedgerStep {
  readonly state: LedgerState;
  readonly facts: readonly LedgerFact[];
  /** Why the event is late; undefined for a live one. */
  readonly late?: LateReason | undefined;
  /** The device told a state again: it is no event. */
  readonly unchanged?: boolean;
}

const NONE: readonly LedgerFact[] = [];

/**
 * Brings the ledger of one device on by one input. Pure: the same arguments give the same answer. Throws nothing.
 *
 * An `event` is taken as one that is new; where the outbox then knows it, the step is forgotten and the same event is
 * stepped as a `duplicate`.
 */
export function stepLedger(state: LedgerState, input: LedgerInput, context: LedgerContext): LedgerStep {
  if ('event' in input) return stepEvent(state, input.event, context);
  if ('tick' in input) return stepTick(state, input.tick, context);
  if ('duplicate' in input) return stepDuplicate(state, input.duplicate);
  if ('numbered' in input) return stepNumbered(state, input.numbered, input.at);
  if ('rejected' in input) return plain(reject(hear(state, input.at), input.rejected, input.count));
  if ('skewMs' in input) return stepClock(state, input.skewMs, input.at, context);
  if ('answer' in input) return plain(hearAnswer(state, input.answer, input.at));
  if ('sync' in input) return plain(sync(hear(state, input.at), input.sync, input.at));
  return plain(input.life === 'offline' ? leave(state, state.seen ?? input.at) : hear(state, input.at));
}

function plain(state: LedgerState): LedgerStep {
  return { state, facts: NONE };
}

function hear(state: LedgerState, at: GatewayTime): LedgerState {
  return { ...(state.away === undefined ? state : comeBack(state, at)), seen: at };
}

function stepEvent(before: LedgerState, event: NormalisedEvent, context: LedgerContext): LedgerStep {
  const { delivery } = event;
  if (delivery === undefined) return plain(before);
  const at = event.item.data.gatewayTime;
  const heard = hear(before, at);
  const clock = followJump(heard.clock, at, delivery.receivedMs);
  const arrivals = arrivalsWith(heard, event);
  const byItself = lateByItself(clock, heard.arrivals, event);
  const isSame = clock === heard.clock && arrivals === heard.arrivals;
  const arrived = isSame ? heard : { ...heard, clock, arrivals };
  const edged = stepEdge(arrived, event, byItself);
  const { state, fills } = countEvent(edged.state, event, byItself !== undefined);
  if (edged.unchanged) return settle(before, unchanged(state), at, { unchanged: true });
  const late = byItself ?? (fills && lateByGap(state, fills, event));
  const told = late === undefined ? live(state, at) : noteLate(state, at);
  return finishEvent(before, told, { event, late, context });
}

interface Finishing {
  readonly event: NormalisedEvent;
  readonly late: LateReason | undefined;
  readonly context: LedgerContext;
}

/** Only events that are not late, or may be only called so by a clock that was set, say something of the clock. */
function finishEvent(before: LedgerState, state: LedgerState, { event, late, context }: Finishing): LedgerStep {
  const at = event.item.data.gatewayTime;
  const { delivery } = event;
  if (delivery === undefined || (late !== undefined && late !== 'too-old')) return settle(before, state, at, { late });
  const { clock, told } = watchDrift(sampleClock(state.clock, delivery), context.driftSeconds * 1000, at);
  const step = settle(before, clock === state.clock ? state : { ...state, clock }, at, { late });
  if (told === undefined) return step;
  return { ...step, facts: [...step.facts, { drift: told, skewMs: clock.skewMs ?? 0 }] };
}

function stepClock(before: LedgerState, skewMs: number, at: GatewayTime, context: LedgerContext): LedgerStep {
  const { clock, told } = watchDrift(
    readClock(followJump(before.clock, at, Date.parse(at.wall)), skewMs),
    context.driftSeconds * 1000,
    at,
  );
  return { state: { ...before, clock }, facts: told === undefined ? NONE : [{ drift: told, skewMs }] };
}

function stepDuplicate(before: LedgerState, event: NormalisedEvent): LedgerStep {
  const at = event.item.data.gatewayTime;
  const heard = hear(before, at);
  const totals = { ...heard.totals, duplicates: heard.totals.duplicates + 1 };
  const { state } = countKnown({ ...heard, totals }, event);
  return settle(before, noteComing(state, at), at, {});
}

/** It says neither when it happened nor whether it is late: it fills and opens gaps, and begins no nameless count. */
function stepNumbered(before: LedgerState, { sequence, previous, count }: Numbered, at: GatewayTime): LedgerStep {
  const numbered = { number: sequence, previous, word: count, late: true, happenedMs: Date.parse(at.wall), at };
  return settle(before, takeNumber(hear(before, at), numbered).state, at, {});
}

function stepTick(before: LedgerState, now: GatewayTime, context: LedgerContext): LedgerStep {
  if (isIdle(before, now, context)) return plain(before);
  const gone = isSilent(before, now, context) ? leave(before, before.seen ?? now) : before;
  const { edges, over } = endSilent(gone.edges, now);
  const noted = noteOpen(edges === gone.edges ? gone : { ...gone, edges }, now);
  const { state: asked, ask } = stepAsking(noted, now, context.backfill);
  const { state, report } = closeOutage(asked, now);
  const facts: LedgerFact[] = over.map((edge) => ({ over: overReport(edge) }));
  if (ask !== undefined) facts.push({ ask });
  if (report !== undefined) facts.push({ outage: report });
  const step = settle(before, state, now, {});
  return { ...step, facts: [...step.facts, ...facts] };
}

function isIdle(state: LedgerState, now: GatewayTime, context: LedgerContext): boolean {
  return (
    state.outage === undefined &&
    state.asking === undefined &&
    !state.gaps.some((gap) => gap.state === 'open') &&
    !state.edges.some(({ active, overAfterSeconds }) => active && overAfterSeconds !== undefined) &&
    !isSilent(state, now, context)
  );
}

function isSilent({ seen, away }: LedgerState, now: GatewayTime, context: LedgerContext): boolean {
  const { offlineAfterSeconds, startedAt } = context;
  if (away !== undefined || seen === undefined || offlineAfterSeconds === undefined) return false;
  return elapsedMs(notBefore(seen, startedAt), now) >= offlineAfterSeconds * 1000;
}

function settle(
  before: LedgerState,
  state: LedgerState,
  now: GatewayTime,
  rest: Pick<LedgerStep, 'late' | 'unchanged'>,
): LedgerStep {
  if (before.gaps === state.gaps) return { state, facts: NONE, ...rest };
  const settled = keepFew(closeFilled(state, now), now);
  return { state: settled, facts: changedGaps(before, settled).map((gap) => ({ gap })), ...rest };
}

function countEvent(state: LedgerState, event: NormalisedEvent, late: boolean) {
  const { delivery, item } = event;
  if (delivery?.sequence === undefined || delivery.count === undefined) return { state };
  const { sequence: number, previous, count: word, happenedMs } = delivery;
  return takeNumber(state, { number, previous, word, late, happenedMs, at: item.data.gatewayTime });
}

/** A number that is here already can only be missing from a gap. */
function countKnown(state: LedgerState, event: NormalisedEvent) {
  const { sequence, count } = event.delivery ?? {};
  const isMissing = state.gaps.some(
    ({ word, missing }) =>
      word === count && missing.some(({ from, to }) => from <= (sequence ?? -1) && (sequence ?? -1) <= to),
  );
  return isMissing ? countEvent(state, event, true) : { state };
}

function arrivalsWith({ arrivals }: LedgerState, { delivery, item }: NormalisedEvent): readonly number[] {
  const burst = item.late ? undefined : delivery?.burst;
  return burst === undefined ? arrivals : noteArrival(arrivals, burst, item.data.gatewayTime.monotonicMs);
}

/** A late report of a property says nothing of the present. */
function stepEdge(state: LedgerState, { delivery, item }: NormalisedEvent, late: LateReason | undefined) {
  if (delivery?.edge === undefined || late !== undefined) return { state, unchanged: false };
  const { edge: kind, edgeOverAfterSeconds: overAfterSeconds } = delivery;
  const { kind: told, channel, gatewayTime } = item.data;
  const report = { kind, channel, active: told === kind, overAfterSeconds };
  const { edges, changed } = tellEdge(state.edges, report, gatewayTime);
  return { state: edges === state.edges ? state : { ...state, edges }, unchanged: !changed };
}

function sync(state: LedgerState, report: StateReport, at: GatewayTime): LedgerState {
  const edges = syncEdge(state.edges, report, at);
  return edges === state.edges ? state : { ...state, edges };
}

function live(state: LedgerState, at: GatewayTime): LedgerState {
  return { ...state, live: at };
}

function noteLate(state: LedgerState, at: GatewayTime): LedgerState {
  return noteComing({ ...state, totals: { ...state.totals, late: state.totals.late + 1 } }, at);
}

function unchanged(state: LedgerState): LedgerState {
  return { ...state, totals: { ...state.totals, unchanged: state.totals.unchanged + 1 } };
}

function reject(state: LedgerState, reason: RejectReason, count: number): LedgerState {
  const { rejected } = state.totals;
  const more = { ...rejected, [reason]: (rejected[reason] ?? 0) + count };
  return { ...state, totals: { ...state.totals, rejected: more } };
}
