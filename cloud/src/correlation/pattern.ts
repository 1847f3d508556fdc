import type { AlertFact } from './facts.js';
import type { Rule, Step } from './rule-set.js';
import type { Surroundings } from './surroundings.js';

/** A pattern that holds: the alert that it is about, and the others. The alert in hand is one of them. */
export interface Match {
  readonly first: AlertFact;
  readonly others: readonly AlertFact[];
}

/** An alert that cleared this long before it belongs no more to what it inhibits. */
const AFTERMATH_MS = 60_000;

/** Every way in which the rule holds with the alert in it, the likeliest first. */
export function* matchesOf(rule: Rule, alert: AlertFact, surroundings: Surroundings): Generator<Match> {
  for (const first of firstsOf(rule, alert, surroundings)) {
    const match = matchAbout(rule, { first, alert }, surroundings);
    if (match) yield match;
  }
}

/** The rule with this alert as the first of its pattern. */
export function matchAbout(rule: Rule, { first, alert }: Seen, surroundings: Surroundings): Match | undefined {
  if (!rule.pattern[0].kinds.has(first.kind)) return undefined;
  const others = fill(rule, { first, alert }, surroundings);
  return others && !isExcepted(rule, first, surroundings) ? { first, others } : undefined;
}

function firstsOf({ pattern, withinMs }: Rule, alert: AlertFact, surroundings: Surroundings): readonly AlertFact[] {
  const [leading, ...others] = pattern;
  const firsts = others
    .filter(({ kinds }) => kinds.has(alert.kind))
    .flatMap(({ at }) => surroundings.firstsFor(alert, leading, at, withinMs));
  return leading.kinds.has(alert.kind) ? [alert, ...firsts] : firsts;
}

export interface Seen {
  readonly first: AlertFact;
  readonly alert: AlertFact;
}

/** The alerts of all steps beside the first alert; undefined where one is not filled, or the alert in hand has no part. */
function fill(rule: Rule, { first, alert }: Seen, surroundings: Surroundings): readonly AlertFact[] | undefined {
  const members: AlertFact[] = [];
  let after = first;
  for (const [index, step] of rule.pattern.entries()) {
    if (index === 0 && !rule.ordered && step.count === 1 && step.devices === 1) continue;
    const found = surroundings.around(first, step, rule.withinMs).filter((other) => mayStandWith(other, first, alert));
    const fitting = rule.ordered && index > 0 ? found.filter((other) => isAfter(other, after, surroundings)) : found;
    if (!isEnough(step, fitting, index === 0 ? first : undefined)) return undefined;
    if (rule.then === 'inhibit' && index > 0 && !fitting.some((other) => isDuring(other, first))) return undefined;
    if (index > 0 || step.count > 1) members.push(...fitting);
    after = earliest(fitting) ?? after;
  }
  return first === alert || members.includes(alert) ? members : undefined;
}

function isEnough({ count, devices }: Step, found: readonly AlertFact[], first: AlertFact | undefined): boolean {
  const own = first ? [first, ...found] : found;
  if (own.length < count) return false;
  return devices === 1 || new Set(own.map(({ device }) => device)).size >= devices;
}

/**
 * What has come late proves nothing of another alert. What a person says is no second device. A restricted alert is
 * seen by nobody who looks at another device.
 */
function mayStandWith(other: AlertFact, first: AlertFact, alert: AlertFact): boolean {
  if (other !== alert && other.late) return false;
  if (other.source === 'person') return false;
  return !other.restricted || (first.restricted && first.device === other.device);
}

function isAfter(other: AlertFact, before: AlertFact, surroundings: Surroundings): boolean {
  return other.at >= before.at - surroundings.uncertainty(other.device, before.device);
}

/** While the first alert was active, or shortly after. */
function isDuring({ at }: AlertFact, { at: from, clearedAt }: AlertFact): boolean {
  return at >= from - AFTERMATH_MS && (clearedAt === null || at <= clearedAt + AFTERMATH_MS);
}

function isExcepted({ unless }: Rule, first: AlertFact, surroundings: Surroundings): boolean {
  return unless.some(({ step, withinMs }) => {
    const found = surroundings.around(first, step, withinMs).filter(({ late }) => !late);
    return isEnough(step, found, undefined);
  });
}

function earliest(alerts: readonly AlertFact[]): AlertFact | undefined {
  let first: AlertFact | undefined;
  for (const alert of alerts) if (!first || alert.at < first.at) first = alert;
  return first;
}
