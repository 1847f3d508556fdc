import type { Calendar } from '@angrid/contract';
import type { RulesDraft } from './rules-form.js';
import { ruleSpecs, type RuleName } from './rule-specs.js';
import { valueAt } from './rules-form.js';

/** One difference, told so that a person can check it. */
export type Difference =
  | { readonly of: 'switch'; readonly rule: RuleName; readonly from: boolean; readonly to: boolean }
  | {
      readonly of: 'number';
      readonly rule: RuleName;
      readonly field: string;
      readonly from: unknown;
      readonly to: unknown;
    }
  | {
      readonly of: 'rest' | 'limits';
      readonly rule: RuleName;
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  | { readonly of: 'night'; readonly from: string; readonly to: string }
  | { readonly of: 'period' | 'date'; readonly name: string; readonly change: 'added' | 'removed' | 'changed' }
  | { readonly of: 'device'; readonly device: string };

export function differences(before: RulesDraft, after: RulesDraft): readonly Difference[] {
  const night: Difference[] =
    before.night === after.night ? [] : [{ of: 'night', from: before.night, to: after.night }];
  const devices = after.devices.filter((device, index) => !isSame(device, before.devices[index]));
  return [
    ...ruleSpecs.flatMap((spec) => differencesOfRule(spec.name, before, after)),
    ...night,
    ...differencesOfCalendar(before.calendar, after.calendar),
    ...devices.map(({ id }): Difference => ({ of: 'device', device: id })),
  ];
}

function differencesOfRule(rule: RuleName, { rules: before }: RulesDraft, { rules: after }: RulesDraft): Difference[] {
  const found: Difference[] = [];
  const on = (rules: unknown): boolean => valueAt(rules, [rule, 'on']) !== false;
  if (on(before) !== on(after)) found.push({ of: 'switch', rule, from: on(before), to: on(after) });
  for (const { path } of ruleSpecs.find(({ name }) => name === rule)?.fields ?? []) {
    const [from, to] = [valueAt(before, path), valueAt(after, path)];
    if (from !== to) found.push({ of: 'number', rule, field: path.join('.'), from, to });
  }
  const rests = (rules: unknown): string[] => (valueAt(rules, [rule, 'except']) ?? []) as string[];
  if (!isSame(rests(before), rests(after))) found.push({ of: 'rest', rule, from: rests(before), to: rests(after) });
  const limits = (rules: unknown): string[] => {
    const list = (valueAt(rules, [rule, 'periods']) ?? []) as { period: string; seconds: number }[];
    return list.map(({ period, seconds }) => `${period} ${seconds}`);
  };
  if (!isSame(limits(before), limits(after)))
    found.push({ of: 'limits', rule, from: limits(before), to: limits(after) });
  return found;
}

function differencesOfCalendar(before: Calendar, after: Calendar): Difference[] {
  const periods = changesOf(
    before.periods,
    after.periods,
    ({ id }) => id,
    ({ name }) => name,
  );
  const dates = changesOf(
    before.dates,
    after.dates,
    ({ date }) => date,
    ({ date, name = '' }) => `${date} ${name}`.trim(),
  );
  return [
    ...periods.map((change): Difference => ({ of: 'period', ...change })),
    ...dates.map((change): Difference => ({ of: 'date', ...change })),
  ];
}

interface Named {
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
}

function changesOf<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (one: T) => string,
  nameOf: (one: T) => string,
): Named[] {
  const old = new Map(before.map((one) => [keyOf(one), one]));
  const now = new Set(after.map(keyOf));
  const found: Named[] = before
    .filter((one) => !now.has(keyOf(one)))
    .map((one) => ({ name: nameOf(one), change: 'removed' }));
  for (const one of after) {
    const known = old.get(keyOf(one));
    if (known === undefined) found.push({ name: nameOf(one), change: 'added' });
    else if (!isSame(known, one)) found.push({ name: nameOf(one), change: 'changed' });
  }
  return found;
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
