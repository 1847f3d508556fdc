import { isAnswered, type LegState, waitingStates } from './leg.js';
import type { Matter } from './matter.js';
import { type OnDuty, openRung, type PlannedLadder, type PlannedLeg, type PlannedRung } from './plan.js';
import { mayReach, type Recipient } from './recipients.js';

/** An open push as a ladder sees it. */
export interface StandingLeg {
  readonly id: string;
  readonly role: string;
  readonly rung: number;
  readonly state: LegState;
  readonly dueAt: Date | null;
  readonly ladder: PlannedLadder | null;
  readonly asks: boolean;
}

export interface Climb {
  /** Legs that nobody has answered in time. */
  readonly timedOut: readonly string[];
  /** Legs whose timer has nothing left to say. */
  readonly quiet: readonly string[];
  readonly opens: readonly PlannedLeg[];
}

type Step = readonly [StandingLeg, ...StandingLeg[]];

/** Which timers of a matter fire now, and which rungs are told next. Asked again at the same moment it has nothing new. */
export function climb(matter: Matter, legs: readonly StandingLeg[], { now, onDuty }: ClimbContext): Climb {
  const timedOut: string[] = [];
  const quiet: string[] = [];
  const opens: PlannedLeg[] = [];
  for (const step of stepsOf(legs)) {
    const due = step.filter(({ dueAt }) => dueAt !== null && dueAt <= now);
    const over = isDecided(matter, step[0]);
    const silent = !over && !isTaken(step);
    const fires = due.filter(({ state }) => silent && (waitingStates as readonly LegState[]).includes(state));
    timedOut.push(...fires.map(({ id }) => id));
    quiet.push(...due.filter((leg) => !fires.includes(leg)).map(({ id }) => id));
    if (over || !goesOn(step, due.length > 0)) continue;
    const next = nextRung(matter, step[0], legs);
    if (next) opens.push(...openRung({ ...step[0], ...next }, matter, onDuty));
  }
  return { timedOut, quiet, opens };
}

export interface ClimbContext {
  readonly now: Date;
  readonly onDuty: OnDuty;
}

/** The step that is silent and climbs first, when it will, and whom it will be told to then. */
export interface Silent {
  readonly role: string;
  readonly rung: number;
  readonly legs: readonly string[];
  readonly at: Date;
  /** Empty: the ladder ends there. */
  readonly next: readonly Recipient[];
}

/** Said before it happens; undefined where no timer runs. */
export function nextEscalation(matter: Matter, legs: readonly StandingLeg[]): Silent | undefined {
  const found: Silent[] = [];
  for (const step of stepsOf(legs)) {
    const [{ role, rung }] = step;
    const running = step.flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt.getTime()]));
    if (running.length === 0 || isDecided(matter, step[0]) || isTaken(step)) continue;
    const next = nextRung(matter, step[0], legs);
    const to = next?.to.filter((each) => mayReach(matter, each)) ?? [];
    found.push({ role, rung, legs: step.map(({ id }) => id), at: new Date(Math.min(...running)), next: to });
  }
  return found.sort((a, b) => a.at.getTime() - b.at.getTime())[0];
}

/** The pushes of one role and rung answer together: whoever takes it first has it. */
function stepsOf(legs: readonly StandingLeg[]): readonly Step[] {
  const steps = new Map<string, [StandingLeg, ...StandingLeg[]]>();
  for (const leg of legs) {
    const step = steps.get(`${leg.role}/${leg.rung}`);
    if (step) step.push(leg);
    else steps.set(`${leg.role}/${leg.rung}`, [leg]);
  }
  return [...steps.values()];
}

/** Nothing is left to ask, or somebody has settled it. */
function isDecided({ over, confirmed }: Matter, { asks }: StandingLeg): boolean {
  return over || (asks && confirmed);
}

/** Somebody has it in hand. A leg that came back has nobody. */
function isTaken(step: Step): boolean {
  return step.some(({ state }) => isAnswered(state) && state !== 'returned');
}

function goesOn(step: Step, isDue: boolean): boolean {
  const [{ ladder }] = step;
  if (!ladder) return false;
  const taken = isTaken(step);
  const back = step.every(({ state }) => state === 'returned');
  return ladder.climbs === 'to-the-top' ? isDue || taken || back : !taken && (isDue || back);
}

/** The next rung that has somebody who may be reached, and that has not been told yet. */
function nextRung(matter: Matter, from: StandingLeg, legs: readonly StandingLeg[]): PlannedRung | undefined {
  const higher = legs.some(({ role, rung }) => role === from.role && rung > from.rung);
  if (higher) return undefined;
  return from.ladder?.rungs.find(({ rung, to }) => rung > from.rung && to.some((each) => mayReach(matter, each)));
}
