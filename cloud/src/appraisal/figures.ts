import type { Appraisal } from '../playbooks/practice.js';
import type { IncidentState } from '../schema.js';
import { wasReopened } from './steps.js';

/** A matter as far as figures go. */
export interface AppraisedMatter {
  readonly compound: string;
  readonly unit: string | null;
  readonly state: IncidentState;
  readonly exercise: boolean;
  readonly merged: boolean;
  readonly falseAlarm: boolean;
  readonly confirmed: boolean;
  readonly police: boolean;
  readonly openedAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly closedAt: Date | null;
  /** A deadline for its settlement has passed unkept. */
  readonly overdue: boolean;
  /** Actions in the order of the log. */
  readonly steps: readonly string[];
}

export type ClosingRule = Appraisal['closingRate'];
export type Special = keyof ClosingRule;
export const specials = ['exercise', 'merged', 'falseAlarm', 'reopened', 'returned'] as const satisfies Special[];

/** What of the rule a matter falls under; of several the first of `specials`. Undefined: open or closed, and nothing else. */
export function specialOf(matter: AppraisedMatter): Special | undefined {
  const is: Readonly<Record<Special, boolean>> = {
    exercise: matter.exercise,
    merged: matter.merged,
    falseAlarm: matter.falseAlarm,
    reopened: wasReopened(matter.steps),
    returned: matter.state === 'returned',
  };
  return specials.find((special) => is[special]);
}

/** How a matter counts in the closing rate. */
export function countedAs(matter: AppraisedMatter, rule: ClosingRule): 'open' | 'closed' | 'left-out' {
  const special = specialOf(matter);
  if (special === undefined) return matter.state === 'closed' ? 'closed' : 'open';
  return ({ 'as-open': 'open', 'as-closed': 'closed', 'left-out': 'left-out' } as const)[rule[special]];
}

/** A case: a confirmed matter for the police that was real. */
export function isCase(matter: AppraisedMatter): boolean {
  return matter.confirmed && matter.police && !matter.exercise && !matter.merged && !matter.falseAlarm;
}

/** ms; null where there is nothing to count. */
export interface Spread {
  readonly p50: number | null;
  readonly p90: number | null;
}

export interface Figures {
  /** The denominator of the closing rate. */
  readonly received: number;
  readonly closed: number;
  /** 0–1; null where nothing was received. */
  readonly closingRate: number | null;
  /** How many matters each special case of the rule concerns, whatever the rule does with them. */
  readonly special: Readonly<Record<Special, number>>;
  readonly acknowledge: Spread;
  readonly close: Spread;
  readonly overdue: number;
  readonly cases: number;
  readonly compounds: number;
  /** Compounds without a case. */
  readonly zeroCompounds: number;
}

/** @param compounds those of the unit, whether or not anything happened there. */
export function figuresOf(
  matters: readonly AppraisedMatter[],
  compounds: readonly string[],
  rule: ClosingRule,
): Figures {
  const special = { exercise: 0, merged: 0, falseAlarm: 0, reopened: 0, returned: 0 };
  const counted: AppraisedMatter[] = [];
  let closed = 0;
  for (const matter of matters) {
    const kind = specialOf(matter);
    if (kind !== undefined) special[kind] += 1;
    const as = countedAs(matter, rule);
    if (as !== 'left-out') counted.push(matter);
    if (as === 'closed') closed += 1;
  }
  const cases = matters.filter(isCase);
  const struck = new Set(cases.map(({ compound }) => compound));
  return {
    received: counted.length,
    closed,
    closingRate: counted.length === 0 ? null : closed / counted.length,
    special,
    acknowledge: spreadOf(counted.flatMap(({ openedAt, acknowledgedAt }) => span(openedAt, acknowledgedAt))),
    close: spreadOf(counted.flatMap(({ openedAt, closedAt }) => span(openedAt, closedAt))),
    overdue: counted.filter(({ overdue }) => overdue).length,
    cases: cases.length,
    compounds: compounds.length,
    zeroCompounds: compounds.filter((compound) => !struck.has(compound)).length,
  };
}

function span(from: Date, to: Date | null): readonly number[] {
  return to === null ? [] : [Math.max(0, to.getTime() - from.getTime())];
}

/** By the nearest rank: each figure is a time that has been measured. */
export function spreadOf(spans: readonly number[]): Spread {
  const sorted = [...spans].sort((one, other) => one - other);
  const at = (share: number): number | null => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
  return { p50: at(0.5), p90: at(0.9) };
}

/** The figures of each unit with all below it, in the order of `units`. Paths of one level: none lies in another. */
export function figuresByUnit(
  units: readonly string[],
  of: {
    readonly matters: readonly AppraisedMatter[];
    /** Compounds with the paths of their places. */
    readonly compounds: readonly { readonly compound: string; readonly path: string | null }[];
    readonly rule: ClosingRule;
  },
): readonly Figures[] {
  const matters = new Map<string, AppraisedMatter[]>(units.map((unit) => [unit, []]));
  for (const matter of of.matters) {
    const unit = matter.unit === null ? undefined : holding(matters, matter.unit);
    if (unit !== undefined) matters.get(unit)?.push(matter);
  }
  const compounds = new Map<string, Set<string>>(units.map((unit) => [unit, new Set()]));
  for (const { compound, path } of of.compounds) {
    const unit = path === null ? undefined : holding(compounds, path);
    if (unit !== undefined) compounds.get(unit)?.add(compound);
  }
  return units.map((unit) => figuresOf(matters.get(unit) ?? [], [...(compounds.get(unit) ?? [])], of.rule));
}

/** The unit among `units` in which a path lies. */
function holding(units: ReadonlyMap<string, unknown>, path: string): string | undefined {
  const parts = path.split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const prefix = parts.slice(0, length).join('/');
    if (units.has(prefix)) return prefix;
  }
  return undefined;
}
