import type { GrayFrame, StreamNotice } from '../media/gray-frame.js';
import type { Change, Trigger } from './trigger.js';
import { atRest, isAtRest, stepTrigger } from './trigger.js';
import type { Condition } from './condition.js';
import { type Before, type Features, measure } from './features.js';
import { addRegime, bestFit, type Fit, learn, type Regime } from './regime.js';
import { judge, type Sight } from './judge.js';

/** What the last pictures leave behind; it does not outlive the process. */
interface Recent {
  /** When the last picture came, and the last step that said something; monotonic milliseconds. */
  readonly frameMs: number;
  readonly stepMs: number;
  readonly before: Before | undefined;
  /** The brightness of the last different pictures, cell by cell, the newest last. */
  readonly past: readonly Float32Array[];
  /** For how long the picture has not changed, and the light been strange. */
  readonly stillMs: number;
  readonly strangeMs: number;
  /** Usual time from picture to picture. */
  readonly intervalMs: number;
  /** When what is wrong now was first seen. */
  readonly sinceMs: number | undefined;
}

/** What is known of one camera's picture. */
export interface HealthState {
  readonly regimes: readonly Regime[];
  readonly trigger: Trigger;
  /** The longest time for which this camera's picture stood still and was well all the same. */
  readonly usualStillMs: number;
  readonly recent: Recent | undefined;
}

export type HealthInput =
  | { readonly frame: Pick<GrayFrame, 'pixels' | 'monotonicMs'> }
  | { readonly notice: StreamNotice }
  /** Time passes; monotonic milliseconds. */
  | { readonly tick: number };

export interface Finding extends Change {
  /** When it was first seen, monotonic milliseconds; undefined for what was seen before a restart. */
  readonly sinceMs: number | undefined;
}

export interface HealthStep {
  readonly state: HealthState;
  readonly findings: readonly Finding[];
  /** The picture of this step is the learned view, and nothing is wrong with it. */
  readonly well: boolean;
}

export const newHealth: HealthState = { regimes: [], trigger: atRest, usualStillMs: 0, recent: undefined };

/** What is wrong stays, until the picture that is shown now has been well for long enough. */
export function forgetView(state: HealthState): HealthState {
  return { ...state, regimes: [], usualStillMs: 0 };
}

/** Without a picture for so long, and for so many usual intervals, there is none. */
const LOST_MS = 10_000;
const LOST_INTERVALS = 4;
/** However long nothing was heard, one step counts no more. */
const MOST_STEP_MS = 15_000;
/** Light that fits no regime for so long is a regime of its own. */
const STRANGE_MS = 120_000;
/** A picture that changes less, in every cell, and against what is usual, stands still. */
const STILL_CELL = 0.7;
const STILL_SHARE = 0.3;
/** Pictures that are kept to know one again. */
const PAST = 6;
/** A still picture of this length is nobody's habit. */
const MOST_STILL_MS = 600_000;

/** Brings the health of one camera on. `cells` are those that no mask touches. Pure. */
export function stepHealth(state: HealthState, input: HealthInput, cells: Uint16Array): HealthStep {
  if ('frame' in input) return stepFrame(state, input.frame, cells);
  if ('notice' in input) return stepNotice(state, input.notice);
  const recent = state.recent ?? fresh(input.tick);
  const patienceMs = Math.max(LOST_MS, LOST_INTERVALS * recent.intervalMs);
  const held = { ...state, recent };
  if (input.tick - recent.frameMs <= patienceMs) return { state: held, findings: [], well: false };
  return conclude(held, 'signal_lost', input.tick);
}

function fresh(nowMs: number): Recent {
  return {
    frameMs: nowMs,
    stepMs: nowMs,
    before: undefined,
    past: [],
    stillMs: 0,
    strangeMs: 0,
    intervalMs: 2000,
    sinceMs: undefined,
  };
}

function stepNotice(state: HealthState, notice: StreamNotice): HealthStep {
  const recent = state.recent ?? fresh(notice.monotonicMs);
  if (notice.kind === 'repeat') return conclude({ ...state, recent }, 'frozen', notice.monotonicMs);
  const forgotten = { ...recent, before: undefined, past: [], stillMs: 0 };
  return { state: { ...state, recent: forgotten }, findings: [], well: false };
}

function stepFrame(
  state: HealthState,
  { pixels, monotonicMs }: { readonly pixels: Uint8Array; readonly monotonicMs: number },
  cells: Uint16Array,
): HealthStep {
  const before = state.recent ?? fresh(monotonicMs);
  const dtMs = stepOf(before.stepMs, monotonicMs);
  const features = measure(pixels, { before: before.before, dtMs }, cells);
  const fit = bestFit(state.regimes, features, cells);
  const sight = judge(features, fit, cells);
  const again = isAgain(features, before.past);
  const stillMs = again || isStill(features, fit, cells) ? before.stillMs + dtMs : 0;
  const frozen = sight.condition === undefined && stillMs > 2 * state.usualStillMs && stillMs > 0;
  const condition = sight.condition ?? (frozen ? 'frozen' : undefined);
  const learned = learnFrom(state, {
    features,
    fit,
    sight: { ...sight, condition },
    dtMs,
    strangeMs: before.strangeMs,
  });
  const recent = {
    ...before,
    before: { pixels, steady: features.steady },
    past: again ? before.past : [...before.past.slice(1 - PAST), features.means],
    stillMs,
    strangeMs: learned.strangeMs,
    frameMs: monotonicMs,
    intervalMs: before.intervalMs + (dtMs - before.intervalMs) / 16,
  };
  const usualStillMs = stillMs === 0 ? longest(state.usualStillMs, before.stillMs) : state.usualStillMs;
  const step = conclude({ ...state, regimes: learned.regimes, usualStillMs, recent }, condition, monotonicMs);
  return { ...step, well: sight.familiar && isAtRest(step.state.trigger) };
}

function stepOf(beforeMs: number, nowMs: number): number {
  return Math.min(MOST_STEP_MS, Math.max(0, nowMs - beforeMs));
}

function longest(usualMs: number, stillMs: number): number {
  return stillMs <= MOST_STILL_MS ? Math.max(usualMs, stillMs) : usualMs;
}

function isStill({ change, changed }: Features, fit: Fit | undefined, cells: Uint16Array): boolean {
  if (!change || changed === undefined) return false;
  if (changed > STILL_SHARE * (fit?.regime.change ?? 0) && changed > 0) return false;
  return cells.every((cell) => (change[cell] ?? 0) <= STILL_CELL);
}

/** Noise never comes twice: a picture that was there before, to the last bit, is a frozen one in an encoder that hunts. */
function isAgain({ means }: Features, past: readonly Float32Array[]): boolean {
  return past.some((before) => before.every((value, cell) => value === means[cell]));
}

interface Lesson {
  readonly features: Features;
  readonly fit: Fit | undefined;
  readonly sight: Sight;
  readonly dtMs: number;
  readonly strangeMs: number;
}

/** Only a well picture is learned from; one in strange light is, once the light has stayed. */
function learnFrom(
  { regimes, trigger }: HealthState,
  { features, fit, sight, dtMs, strangeMs }: Lesson,
): { readonly regimes: readonly Regime[]; readonly strangeMs: number } {
  if (sight.condition !== undefined || trigger.active !== undefined) return { regimes, strangeMs: 0 };
  if (!fit) return { regimes: addRegime(regimes, features), strangeMs: 0 };
  if (sight.familiar) return { regimes: learn(regimes, fit.index, features, dtMs), strangeMs: 0 };
  const strange = strangeMs + dtMs;
  return strange < STRANGE_MS
    ? { regimes, strangeMs: strange }
    : { regimes: addRegime(regimes, features), strangeMs: 0 };
}

function conclude(
  state: HealthState & { readonly recent: Recent },
  condition: Condition | undefined,
  nowMs: number,
): HealthStep {
  const { recent } = state;
  const { trigger, changes } = stepTrigger(state.trigger, condition, stepOf(recent.stepMs, nowMs));
  const sinceMs = isAtRest(trigger) ? undefined : (recent.sinceMs ?? recent.stepMs);
  const findings = changes.map((change) => ({ ...change, sinceMs: recent.sinceMs ?? sinceMs }));
  return { state: { ...state, trigger, recent: { ...recent, stepMs: nowMs, sinceMs } }, findings, well: false };
}
