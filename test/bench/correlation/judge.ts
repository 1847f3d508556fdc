import type { AlertFact } from '@angrid/cloud/correlation/facts';
import type { Cause, Journal } from './journal.js';

/** Alerts that somebody was told of as one thing. */
export type Told = readonly string[];

export interface Verdict {
  readonly right: number;
  readonly told: number;
  readonly found: number;
  readonly matters: number;
  /** What was told wrongly, or twice, and what was missed, by what it was. */
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

/**
 * An incident is about what most of its alerts come of, motion and the like aside. It is right where somebody had to know
 * of that and no earlier incident has told it. A matter is found where one incident is right about it.
 */
export function judge(journal: Journal, alerts: readonly AlertFact[], incidents: readonly Told[]): Verdict {
  const counting = new Map(alerts.filter(({ standing }) => standing === 'alert').map((fact) => [fact.alert, fact]));
  const found = new Set<Cause>();
  const wrong: string[] = [];
  for (const incident of incidents) {
    const cause = mostOf(
      journal,
      incident.flatMap((alert) => counting.get(alert) ?? []),
    );
    if (cause?.matter === true && !found.has(cause)) found.add(cause);
    else wrong.push(cause === undefined ? 'nothing' : `${cause.what}${cause.matter ? ', again' : ''}`);
  }
  const told = new Set([...counting.keys()].map((alert) => journal.causeOf.get(alert)));
  const matters = [...told].filter((cause) => cause?.matter);
  const missed = matters.flatMap((cause) => (cause && !found.has(cause) ? cause.what : []));
  return { right: found.size, told: incidents.length, found: found.size, matters: matters.length, wrong, missed };
}

/** What most of the alerts come of; of two that are even, what the most severe alert comes of. */
function mostOf(journal: Journal, alerts: readonly AlertFact[]): Cause | undefined {
  const counts = new Map<Cause, number>();
  for (const { alert, severity } of alerts) {
    const cause = journal.causeOf.get(alert);
    if (cause) counts.set(cause, (counts.get(cause) ?? 0) + 1 + (4 - severity) / 1000);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

/** The peer: alerts of a compound that follow one another within a window are one thing. */
export function naively(alerts: readonly AlertFact[], windowMs: number): readonly Told[] {
  const groups: string[][] = [];
  let last = -Infinity;
  for (const { alert, at, standing } of alerts) {
    if (standing === 'supporting') continue;
    if (at - last > windowMs) groups.push([]);
    groups.at(-1)?.push(alert);
    last = at;
  }
  return groups;
}
