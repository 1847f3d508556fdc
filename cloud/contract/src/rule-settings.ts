import { z } from 'zod';
import { idSchema } from './primitives.js';

const seconds = (from: number, to: number) => z.number().min(from).max(to);
const count = (from: number, to: number) => z.number().int().min(from).max(to);

/** A rule is on or off, and rests during the named periods: no alert begins then; one that is on ends as always. */
const during = { on: z.boolean(), except: z.array(idSchema).max(16).optional() };

const switchSchema = z.object(during);

/** Seconds that a door may stand open within a named period; the first of the list that is on counts. */
export const openLimitSchema = z.object({ period: idSchema, seconds: seconds(1, 86_400) });
const limits = z.array(openLimitSchema).max(16);

const heldOpenSchema = z.object({ ...during, periods: limits });
const mainsSchema = z.object({
  ...during,
  /** Seconds that the mains must be away before it is an alert, and back before it is over. */
  lostForSeconds: seconds(0, 3600),
  backForSeconds: seconds(0, 3600),
});
const deniedThenGrantedSchema = z.object({
  ...during,
  /** So many refusals of another credential at the same door, so many seconds before somebody is let in. */
  denials: count(1, 10),
  withinSeconds: seconds(1, 60),
});
const flappingSchema = z.object({
  ...during,
  /** So often gone or back within the window is one alert, until nothing changes for the calm. */
  changes: count(3, 32),
  withinSeconds: seconds(60, 3600),
  calmSeconds: seconds(60, 7200),
});

/** A token bucket: so many events at once, so many a second for long. */
const bucketSchema = z.object({ burst: count(1, 10_000), perSecond: z.number().positive().max(10_000) });

/** What one device may put on a lane before equal events are told as one event with their count. Never for fire. */
export const stormSchema = z.object({
  alarm: bucketSchema,
  record: bucketSchema,
  /** Seconds over which equal events become one. */
  windowSeconds: seconds(1, 300),
});

export type StormLimits = z.infer<typeof stormSchema>;

const repeatedDenial = {
  count: count(2, 20),
  windowSeconds: z.number().positive().max(600),
  on: z.boolean().optional(),
  except: z.array(idSchema).max(16).optional(),
};

/**
 * The rules of a site. What is left out is as in `ruleDefaults`. Duress, fire and calls for help have no switch: no
 * setting silences them.
 */
export const ruleSettingsSchema = z.object({
  /** Seconds that a door may stand open by day and by night, where no named period says otherwise. */
  heldOpenSeconds: z.object({ day: z.number().positive(), night: z.number().positive() }),
  repeatedDenial: z.object(repeatedDenial),
  /** Seconds without a sign of life on top of the profile's heartbeat. */
  offlineGraceSeconds: z.number().nonnegative(),
  heldOpen: heldOpenSchema.optional(),
  forced: switchSchema.optional(),
  tailgating: switchSchema.optional(),
  deniedThenGranted: deniedThenGrantedSchema.optional(),
  tamper: switchSchema.optional(),
  offline: switchSchema.optional(),
  flapping: flappingSchema.optional(),
  mains: mainsSchema.optional(),
  battery: switchSchema.optional(),
  /** Whether a device that is down keeps back that those behind it (`behind`) are offline. */
  inhibition: z.object({ on: z.boolean() }).optional(),
  storm: stormSchema.optional(),
  /** A device whose clock is further off is an alert. */
  clockDriftSeconds: seconds(5, 86_400).optional(),
});
export type RuleSettings = z.infer<typeof ruleSettingsSchema>;
export type CompleteRuleSettings = { [K in keyof RuleSettings]-?: NonNullable<RuleSettings[K]> };

/** What one device has of its own; what is left out is the site's. */
export const deviceRulesSchema = z.object({
  heldOpen: heldOpenSchema.partial().optional(),
  forced: switchSchema.partial().optional(),
  tailgating: switchSchema.partial().optional(),
  repeatedDenial: z.object(repeatedDenial).partial().optional(),
  deniedThenGranted: deniedThenGrantedSchema.partial().optional(),
  tamper: switchSchema.partial().optional(),
  offline: switchSchema.partial().optional(),
  offlineGraceSeconds: z.number().nonnegative().optional(),
  flapping: flappingSchema.partial().optional(),
  mains: mainsSchema.partial().optional(),
  battery: switchSchema.partial().optional(),
  storm: stormSchema.partial().optional(),
});
export type DeviceRules = z.infer<typeof deviceRulesSchema>;

/** One of the doors of a device that has several. */
export const siteDoorSchema = z.object({
  channel: z.string().min(1).max(64),
  heldOpenSeconds: z.number().positive().optional(),
  periods: limits.optional(),
});

/** What a configuration that does not say means: what rules did before it could be said. */
export const ruleDefaults = {
  heldOpen: { on: true, periods: [] },
  forced: { on: true },
  tailgating: { on: true },
  deniedThenGranted: { on: false, denials: 1, withinSeconds: 10 },
  tamper: { on: true },
  offline: { on: true },
  flapping: { on: false, changes: 6, withinSeconds: 600, calmSeconds: 900 },
  mains: { on: true, lostForSeconds: 0, backForSeconds: 0 },
  battery: { on: true },
  inhibition: { on: true },
  storm: { alarm: { burst: 60, perSecond: 6 }, record: { burst: 600, perSecond: 50 }, windowSeconds: 10 },
  clockDriftSeconds: 120,
} as const satisfies Omit<CompleteRuleSettings, 'heldOpenSeconds' | 'repeatedDenial' | 'offlineGraceSeconds'>;

/** What a new site begins with: every rule on. */
export const recommendedRules: CompleteRuleSettings = completeRules({
  heldOpenSeconds: { day: 60, night: 30 },
  repeatedDenial: { count: 3, windowSeconds: 60 },
  offlineGraceSeconds: 30,
  deniedThenGranted: { ...ruleDefaults.deniedThenGranted, on: true },
  flapping: { ...ruleDefaults.flapping, on: true },
  mains: { on: true, lostForSeconds: 5, backForSeconds: 30 },
});

export function completeRules(rules: RuleSettings): CompleteRuleSettings {
  return { ...ruleDefaults, ...defined(rules) };
}

/** The site's rules with what one device has of its own in their place. */
export function deviceRuleSettings(rules: RuleSettings, own: DeviceRules = {}): CompleteRuleSettings {
  const site = completeRules(rules);
  return {
    ...site,
    heldOpen: { ...site.heldOpen, ...defined(own.heldOpen) },
    forced: { ...site.forced, ...defined(own.forced) },
    tailgating: { ...site.tailgating, ...defined(own.tailgating) },
    repeatedDenial: { ...site.repeatedDenial, ...defined(own.repeatedDenial) },
    deniedThenGranted: { ...site.deniedThenGranted, ...defined(own.deniedThenGranted) },
    tamper: { ...site.tamper, ...defined(own.tamper) },
    offline: { ...site.offline, ...defined(own.offline) },
    offlineGraceSeconds: own.offlineGraceSeconds ?? site.offlineGraceSeconds,
    flapping: { ...site.flapping, ...defined(own.flapping) },
    mains: { ...site.mains, ...defined(own.mains) },
    battery: { ...site.battery, ...defined(own.battery) },
    storm: { ...site.storm, ...defined(own.storm) },
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the fields that say nothing, so that they hide nothing. */
function defined<T extends object>(value: T | undefined): Defined<T> {
  const entries = Object.entries(value ?? {}).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}
