import { z } from 'zod';
import { builtInPeriods, calendarSchema, hoursSchema } from './calendar.js';
import { CONTRACT_VERSION, idSchema, purposeSchema, shortText, siteClassSchema } from './primitives.js';
import { deviceKindSchema } from './provision.js';
import { type DeviceRules, deviceRulesSchema, ruleSettingsSchema, siteDoorSchema } from './rule-settings.js';

/** A point of a mask, as a fraction of the picture's width and height. */
const pointSchema = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]);

export const siteDeviceSchema = z.object({
  id: idSchema,
  kind: deviceKindSchema,
  name: shortText,
  profile: z.string().max(96).optional(),
  place: idSchema.optional(),
  /** Polygons that are burned into every picture of this camera before it leaves the gateway. */
  masks: z.array(z.array(pointSchema).min(3).max(32)).max(16).optional(),
  heldOpenSeconds: z.number().positive().optional(),
  rules: deviceRulesSchema.optional(),
  /** Where its doors differ from each other. */
  doors: z.array(siteDoorSchema).max(32).optional(),
  /** The device that it hangs behind (a controller, a bridge, a switch that is paired): while that is down, this is out of reach. */
  behind: idSchema.optional(),
});

/**
 * The site configuration. The cloud owns it; the gateway keeps the last copy and works on without the cloud.
 * A gateway refuses a version below the one that it holds.
 */
export const siteConfigSchema = z.object({
  contract: z.literal(CONTRACT_VERSION),
  version: z.number().int().positive(),
  site: z.object({
    id: idSchema,
    name: shortText,
    siteClass: siteClassSchema,
    purpose: purposeSchema,
    /** IANA zone; the default for device times without a zone. */
    timezone: z.string().min(1).max(64),
    night: hoursSchema,
  }),
  places: z
    .array(z.object({ id: idSchema, name: shortText, kind: z.string().max(32), unit: z.string().max(400).optional() }))
    .max(5000),
  devices: z.array(siteDeviceSchema).max(2000),
  /** Which cameras look at which door. */
  links: z.array(z.object({ door: idSchema, camera: idSchema })).max(10000),
  rules: ruleSettingsSchema,
  calendar: calendarSchema.optional(),
});
export type SiteConfig = z.infer<typeof siteConfigSchema>;
export type SiteDevice = z.infer<typeof siteDeviceSchema>;

/** Names of periods that rules ask for and no calendar has: such a period is never on. For editors. */
export function unknownPeriods({
  rules,
  devices,
  calendar,
}: Pick<SiteConfig, 'rules' | 'devices' | 'calendar'>): string[] {
  const known = new Set<string>([...builtInPeriods, ...(calendar?.periods ?? []).map(({ id }) => id)]);
  const asked = [rules, ...devices.map((device) => device.rules ?? {})].flatMap(periodsOf);
  const ofDoors = devices.flatMap(({ doors = [] }) => doors.flatMap(({ periods = [] }) => periods));
  return [...new Set([...asked, ...ofDoors.map(({ period }) => period)])].filter((period) => !known.has(period));
}

function periodsOf(rules: DeviceRules): string[] {
  const groups = Object.values(rules).filter((group) => typeof group === 'object');
  const except = groups.flatMap((group) => ('except' in group ? (group.except ?? []) : []));
  return [...except, ...(rules.heldOpen?.periods ?? []).map(({ period }) => period)];
}
