import { z } from 'zod';
import { CONTRACT_VERSION, idSchema, purposeSchema, shortText, siteClassSchema } from './primitives.js';
import { deviceKindSchema } from './provision.js';

/** A point of a mask, as a fraction of the picture's width and height. */
const pointSchema = z.tuple([z.number().min(0).max(1), z.number().min(0).max(1)]);

/** `22:00-06:00`, in the site's zone. */
export const hoursSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/);

export const ruleSettingsSchema = z.object({
  /** Seconds that a door may stand open by day and by night before it is an alert. */
  heldOpenSeconds: z.object({ day: z.number().positive(), night: z.number().positive() }),
  repeatedDenial: z.object({ count: z.number().int().min(2).max(20), windowSeconds: z.number().positive().max(600) }),
  /** Seconds without a sign of life on top of the profile's heartbeat. */
  offlineGraceSeconds: z.number().nonnegative(),
});
export type RuleSettings = z.infer<typeof ruleSettingsSchema>;

export const siteDeviceSchema = z.object({
  id: idSchema,
  kind: deviceKindSchema,
  name: shortText,
  profile: z.string().max(96).optional(),
  place: idSchema.optional(),
  /** Polygons that are burned into every picture of this camera before it leaves the gateway. */
  masks: z.array(z.array(pointSchema).min(3).max(32)).max(16).optional(),
  heldOpenSeconds: z.number().positive().optional(),
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
});
export type SiteConfig = z.infer<typeof siteConfigSchema>;
export type SiteDevice = z.infer<typeof siteDeviceSchema>;
