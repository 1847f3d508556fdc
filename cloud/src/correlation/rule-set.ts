import {
  AnGridError,
  eventKinds,
  isEventKind,
  kindDefinition,
  type EventKind,
  type Localized,
  type Severity,
} from '@angrid/contract';
import { parse } from 'yaml';
import { z } from 'zod';

/** Where another alert is, seen from the first of a pattern. */
export const relations = [
  'same-device',
  /** A camera that looks at the door. */
  'linked-camera',
  /** A device that hangs behind it, or any device of a gateway. */
  'behind',
  'same-place',
  'same-unit',
  /** The nearest building at or above their units is the same. */
  'same-building',
  'same-compound',
] as const;
export type Relation = (typeof relations)[number];

/** Relations that hold between few devices, which are looked up by name. */
export const nearRelations: readonly Relation[] = ['same-device', 'linked-camera'];

export interface Step {
  readonly kinds: ReadonlySet<EventKind>;
  /** Seen from the alert of the first step. */
  readonly at: Relation;
  /** So many alerts at least, of so many devices. */
  readonly count: number;
  readonly devices: number;
}

export interface Rule {
  readonly id: string;
  /** The first step is what it is about: it gives the incident its name and place. */
  readonly pattern: readonly [Step, ...Step[]];
  readonly ordered: boolean;
  readonly withinMs: number;
  /** Does not hold while one of these is the case around the first alert. */
  readonly unless: readonly { readonly step: Step; readonly withinMs: number }[];
  /**
   * inhibit: what hangs behind the first alert joins its incident, if there is one, and opens none. set-aside: opens
   * nothing. join: into the incident that one of them is in. open: likewise, or into a new one.
   */
  readonly then: 'inhibit' | 'set-aside' | 'join' | 'open';
  /** Two sources agree by this. */
  readonly confirms: boolean;
  /** Opens only what is still active after this time. */
  readonly holdMs: number;
  readonly severity: Severity | undefined;
  readonly why: Localized | undefined;
}

export interface RuleSet {
  readonly name: string;
  /** After this an incident takes no further alert. */
  readonly incidentMs: number;
  /** Incidents a day above which a device or a unit is shown as noisy. */
  readonly budget: { readonly device: number; readonly unit: number };
  readonly rules: readonly Rule[];
  readonly byKind: ReadonlyMap<EventKind, readonly Rule[]>;
  /** Those that any of its rules looks at. */
  readonly relations: ReadonlySet<Relation>;
}

const HOUR_MS = 3_600_000;
const unitMs = { s: 1000, m: 60_000, h: HOUR_MS } as const;
const spanSchema = z
  .string()
  .regex(/^[1-9]\d{0,3}[smh]$/, 'a time such as 60s, 15m or 2h')
  .transform((text) => Number(text.slice(0, -1)) * unitMs[text.at(-1) as keyof typeof unitMs])
  .refine((ms) => ms <= 24 * HOUR_MS, 'a day at most');
const localizedSchema = z.object({ 'zh-CN': z.string().min(1).max(400), en: z.string().min(1).max(400) }).strict();
const kindsSchema = z.array(z.string().max(64)).min(1).max(100);
const idSchema = z.string().regex(/^[a-z][a-z0-9-]{0,47}$/);

const stepSchema = z
  .object({
    kinds: kindsSchema,
    at: z.enum(relations).default('same-device'),
    count: z.number().int().min(1).max(20).default(1),
    devices: z.number().int().min(1).max(20).default(1),
  })
  .strict();
const ruleSchema = z
  .object({
    id: idSchema,
    pattern: z.array(stepSchema).min(1).max(4),
    order: z.enum(['any', 'given']).default('any'),
    within: spanSchema.default(60_000),
    unless: z
      .array(stepSchema.extend({ within: spanSchema }))
      .max(4)
      .default([]),
    then: z.enum(['inhibit', 'set-aside', 'join', 'open']),
    confirms: z.boolean().default(false),
    hold: spanSchema.default(0),
    severity: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
    why: localizedSchema.optional(),
  })
  .strict();
const ruleSetSchema = z
  .object({
    name: z.string().min(1).max(64),
    incident: spanSchema,
    budget: z.object({ device: z.number().positive(), unit: z.number().positive() }).strict(),
    groups: z.record(idSchema, kindsSchema).default({}),
    rules: z.array(ruleSchema).min(1).max(100),
  })
  .strict();

type WrittenStep = z.infer<typeof stepSchema>;
type WrittenRule = z.infer<typeof ruleSchema>;
type Groups = Readonly<Record<string, readonly string[]>>;

/** Reads a rule set, refusing what must not be a rule. Throws input.invalid with every fault. */
export function readRuleSet(text: string): RuleSet {
  const faults: string[] = [];
  const written = ruleSetSchema.safeParse(yamlOf(text));
  if (!written.success) {
    throw invalid(written.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  }
  const { name, incident, budget, groups, rules } = written.data;
  const read = rules.map((rule) => ruleOf(rule, groups, faults));
  const ids = rules.map(({ id }) => id);
  faults.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${id}: twice`));
  if (faults.length > 0) throw invalid(faults);
  const relations = new Set(read.flatMap(stepsOf).map(({ at }) => at));
  return { name, incidentMs: incident, budget, rules: read, byKind: indexed(read), relations };
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 20 });
  } catch (error) {
    throw invalid([error instanceof Error ? error.message : 'no YAML']);
  }
}

function ruleOf(rule: WrittenRule, groups: Groups, faults: string[]): Rule {
  const step = (written: WrittenStep): Step => {
    const kinds = (names: readonly string[]): EventKind[] => names.flatMap((name) => kindsOf(name, groups, faults));
    const without = kinds(written.kinds.filter((name) => name.startsWith('!')).map((name) => name.slice(1)));
    const named = kinds(written.kinds.filter((name) => !name.startsWith('!')));
    return { ...written, kinds: new Set(named.filter((kind) => !without.includes(kind))) };
  };
  const [first, ...others] = rule.pattern.map(step);
  if (first === undefined) throw invalid([`${rule.id}: no pattern`]);
  const { id, within: withinMs, unless, then, confirms, hold: holdMs, severity, why } = rule;
  const read: Rule = {
    id,
    pattern: [first, ...others],
    ordered: rule.order === 'given',
    withinMs,
    unless: unless.map(({ within, ...written }) => ({ step: step(written), withinMs: within })),
    then,
    confirms,
    holdMs,
    severity,
    why,
  };
  faults.push(...faultsOf(read).map((fault) => `${id}: ${fault}`));
  return read;
}

/** Kinds by name, by `@group`, or by what they are: `@alerts`, `@supporting`, `@any`. `!` leaves out. */
function kindsOf(name: string, groups: Groups, faults: string[]): readonly EventKind[] {
  if (isEventKind(name)) return [name];
  const standing = standingGroups[name];
  if (standing)
    return eventKinds.filter((kind) => standing.includes(kindDefinition(kind).standing) && !isPassage(kind));
  const group = name.startsWith('@') ? groups[name.slice(1)] : undefined;
  const kinds = group?.filter(isEventKind) ?? [];
  if (group === undefined || kinds.length < group.length) faults.push(`no such kind or group: ${name}`);
  return kinds;
}

const standingGroups: Readonly<Record<string, readonly string[]>> = {
  '@alerts': ['alert'],
  '@supporting': ['supporting'],
  '@any': ['alert', 'supporting'],
};

const MOST_FOR_DENIALS_MS = 10 * 60_000;

/** What must not be a rule: one source that confirms itself, and whatever would follow a person by a credential. */
function faultsOf(rule: Rule): readonly string[] {
  const { pattern, then, confirms, withinMs, holdMs, unless } = rule;
  const steps = stepsOf(rule);
  const [, ...others] = pattern;
  const faults: string[] = [];
  if (confirms && !others.some(({ at }) => at !== 'same-device')) {
    faults.push('confirms needs a second device: one source never confirms itself');
  }
  if (confirms && (then === 'inhibit' || then === 'set-aside')) faults.push(`confirms does not go with ${then}`);
  if (then === 'inhibit' && others.length !== 1) faults.push('inhibit needs the parent first and its child second');
  if (holdMs > 0 && (then !== 'open' || others.length > 0)) faults.push('hold is for what opens by itself');
  const traced = steps.flatMap(({ kinds }) => [...kinds].filter(isPassage));
  if (traced.length > 0) faults.push(`a passage is no part of a pattern: ${[...new Set(traced)].join(', ')}`);
  const windows = [...pattern.map((step) => ({ step, withinMs })), ...unless];
  const follows = ({ kinds, count }: Step): boolean =>
    kinds.has('access.repeated_denial') && (count > 1 || (kinds.size === 1 && steps.length > 1));
  if (windows.some((one) => follows(one.step) && one.withinMs > MOST_FOR_DENIALS_MS)) {
    faults.push('repeated denial: ten minutes at most');
  }
  return faults;
}

function stepsOf({ pattern, unless }: Rule): readonly Step[] {
  return [...pattern, ...unless.map(({ step }) => step)];
}

/** Says that a credential was shown, and nothing that somebody must look at. */
function isPassage(kind: EventKind): boolean {
  return kind.startsWith('access.') && kindDefinition(kind).standing !== 'alert';
}

function indexed(rules: readonly Rule[]): ReadonlyMap<EventKind, readonly Rule[]> {
  return new Map(
    eventKinds.map((kind) => [kind, rules.filter(({ pattern }) => pattern.some(({ kinds }) => kinds.has(kind)))]),
  );
}

function invalid(faults: readonly string[]): AnGridError {
  return new AnGridError('input.invalid', { op: 'rules.read', detail: faults.slice(0, 8).join('; ') });
}
