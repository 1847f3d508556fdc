import type { EventKind } from '@angrid/contract';
import type { Raised } from './play-alerts.js';

/** An incident as a replay shows it. */
export interface ReplayedIncident {
  readonly compound: string;
  readonly incident: string;
  readonly kind: EventKind;
  readonly at: string;
  readonly device: string;
  readonly rule: string;
  readonly alerts: number;
  readonly confirmed: boolean;
}

export interface Tally {
  readonly incidents: number;
  readonly confirmed: number;
}

/** How incidents can differ between two rule sets. */
const sorts = ['raised', 'missed', 'newlyConfirmed', 'noLongerConfirmed'] as const;
type Sort = (typeof sorts)[number];

export interface Comparison {
  readonly alerts: number;
  readonly active: Tally;
  readonly candidate: Tally;
  /** How many of each sort there are; of these the first are shown. */
  readonly counts: Readonly<Record<Sort, number>>;
  /** Told by the candidate alone: none of its alerts is in an incident of the active rules. */
  readonly raised: readonly ReplayedIncident[];
  readonly missed: readonly ReplayedIncident[];
  /** Confirmed by one of the two alone. */
  readonly newlyConfirmed: readonly ReplayedIncident[];
  readonly noLongerConfirmed: readonly ReplayedIncident[];
}

export const nothingCompared: Comparison = {
  alerts: 0,
  active: { incidents: 0, confirmed: 0 },
  candidate: { incidents: 0, confirmed: 0 },
  counts: { raised: 0, missed: 0, newlyConfirmed: 0, noLongerConfirmed: 0 },
  raised: [],
  missed: [],
  newlyConfirmed: [],
  noLongerConfirmed: [],
};

/** Examples of each sort that are kept. */
const MOST_SHOWN = 200;

interface Replayed {
  readonly compound: string;
  readonly alerts: number;
  readonly active: readonly Raised[];
  readonly candidate: readonly Raised[];
}

/** What two rule sets make of the same alerts of one compound. */
export function compare({ compound, alerts, active, candidate }: Replayed): Comparison {
  const shown = (raised: Raised): ReplayedIncident => ({
    compound,
    incident: raised.incident,
    kind: raised.kind,
    at: new Date(raised.openedAt).toISOString(),
    device: raised.devices[0] ?? '',
    rule: raised.rule,
    alerts: raised.alerts.length,
    confirmed: raised.confirmedBy !== null,
  });
  const found: Readonly<Record<Sort, readonly Raised[]>> = {
    raised: without(candidate, active),
    missed: without(active, candidate),
    newlyConfirmed: without(confirmedOf(candidate), confirmedOf(active)),
    noLongerConfirmed: without(confirmedOf(active), confirmedOf(candidate)),
  };
  return {
    ...{ alerts, active: tallyOf(active), candidate: tallyOf(candidate) },
    counts: eachSort((sort) => found[sort].length),
    ...eachSort((sort) => found[sort].slice(0, MOST_SHOWN).map(shown)),
  };
}

/** Both together; of the examples no more than are shown. */
export function together(one: Comparison, other: Comparison): Comparison {
  const sum = (a: Tally, b: Tally): Tally => {
    return { incidents: a.incidents + b.incidents, confirmed: a.confirmed + b.confirmed };
  };
  return {
    alerts: one.alerts + other.alerts,
    active: sum(one.active, other.active),
    candidate: sum(one.candidate, other.candidate),
    counts: eachSort((sort) => one.counts[sort] + other.counts[sort]),
    ...eachSort((sort) => [...one[sort], ...other[sort]].slice(0, MOST_SHOWN)),
  };
}

function eachSort<T>(of: (sort: Sort) => T): Record<Sort, T> {
  return Object.fromEntries(sorts.map((sort) => [sort, of(sort)])) as Record<Sort, T>;
}

function tallyOf(raised: readonly Raised[]): Tally {
  return { incidents: raised.length, confirmed: confirmedOf(raised).length };
}

function confirmedOf(raised: readonly Raised[]): readonly Raised[] {
  return raised.filter(({ confirmedBy }) => confirmedBy !== null);
}

function without(these: readonly Raised[], those: readonly Raised[]): readonly Raised[] {
  const known = new Set(those.flatMap(({ alerts }) => alerts));
  return these.filter(({ alerts }) => !alerts.some((alert) => known.has(alert)));
}
