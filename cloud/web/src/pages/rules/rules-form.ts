import { builtInPeriods, type Calendar, type CompleteRuleSettings } from '@angrid/contract';
import type { OwnRules, RulesChange, SiteRules } from '../../api/rules-types.js';

/** What the page edits: a copy of what the cloud has said. */
export interface RulesDraft {
  readonly night: string;
  readonly rules: CompleteRuleSettings;
  readonly calendar: Calendar;
  readonly devices: readonly OwnRules[];
}

export function draftOf({ night, rules, calendar, devices }: SiteRules): RulesDraft {
  const own = devices.map(({ id, heldOpenSeconds, rules: ofDevice, doors, behind }) => {
    return { id, heldOpenSeconds, rules: ofDevice, doors, behind };
  });
  return { night, rules, calendar, devices: own };
}

/** What is sent: of the devices only those that differ. */
export function changeOf(site: SiteRules, { devices, ...draft }: RulesDraft): RulesChange {
  const before = new Map(draftOf(site).devices.map((device) => [device.id, JSON.stringify(device)]));
  const changed = devices.filter((device) => before.get(device.id) !== JSON.stringify(device));
  return { version: site.version, ...draft, devices: changed };
}

type Tree = { readonly [key: string]: unknown };

export function valueAt(tree: unknown, path: readonly string[]): unknown {
  let at = tree;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Tree)[key] : undefined;
  return at;
}

/** A copy with one value in its place; undefined takes it out. */
export function withValue<T>(tree: T, [key, ...rest]: readonly string[], value: unknown): T {
  if (key === undefined) return value as T;
  const branch = tree as Tree;
  const inner = rest.length === 0 ? value : withValue(branch[key] ?? {}, rest, value);
  const { [key]: _, ...others } = branch;
  return (inner === undefined ? others : { ...branch, [key]: inner }) as T;
}

export type Fault =
  'night' | 'periodName' | 'periodDays' | 'periodHours' | 'date' | 'dateTwice' | 'unknownPeriod' | 'circle';

const HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/** The first thing that the cloud would refuse; undefined where there is none. */
export function faultOf({ night, rules, calendar, devices }: RulesDraft): Fault | undefined {
  if (!HOURS.test(night)) return 'night';
  for (const { name, days, hours } of calendar.periods) {
    if (name.trim() === '') return 'periodName';
    if (days.length === 0) return 'periodDays';
    if (!HOURS.test(hours)) return 'periodHours';
  }
  const dates = calendar.dates.map(({ date }) => date);
  if (dates.some((date) => !/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)))) return 'date';
  if (new Set(dates).size < dates.length) return 'dateTwice';
  const known = new Set<string>([...builtInPeriods, ...calendar.periods.map(({ id }) => id)]);
  if (periodsAsked([rules, ...devices.map((device) => device.rules)]).some((id) => !known.has(id)))
    return 'unknownPeriod';
  return devices.some(({ id }) => isBehindItself(id, devices)) ? 'circle' : undefined;
}

function periodsAsked(trees: readonly object[]): string[] {
  const asked: string[] = [];
  for (const rule of trees.flatMap((tree) => Object.values(tree) as unknown[])) {
    asked.push(...((valueAt(rule, ['except']) ?? []) as string[]));
    asked.push(...((valueAt(rule, ['periods']) ?? []) as { period: string }[]).map(({ period }) => period));
  }
  return asked;
}

function isBehindItself(id: string, devices: readonly OwnRules[]): boolean {
  const seen = new Set<string>();
  let at: string | null = id;
  while (at !== null && !seen.has(at)) {
    seen.add(at);
    const here: string = at;
    at = devices.find((device) => device.id === here)?.behind ?? null;
  }
  return at !== null;
}

/** A name for a new period that no other one has. */
export function freePeriodId({ periods }: Calendar): string {
  for (let number = periods.length + 1; ; number += 1) {
    const id = `period-${number}`;
    if (!periods.some((period) => period.id === id)) return id;
  }
}
