import { z } from 'zod';
import { lanes } from './lane.js';

/** Version of the wire contract. Fields are only ever added within a version. */
export const CONTRACT_VERSION = 1;

/** Ids of devices, gateways, places and sites: safe in topics, paths and file names. */
export const idSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);

/** Lower-case hexadecimal SHA-256. */
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** RFC 3339 with milliseconds and a numeric offset or Z. */
export const instantSchema = z.iso.datetime({ offset: true });

/** Text from a device or a person, already bounded. */
export const shortText = z.string().max(200);

export const laneSchema = z.enum(lanes);
export const severitySchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);

/** Who says it: a gateway's device, a platform (GB/T 28181, GA/T 1400), a person's report, or the system itself. */
export const sourceKindSchema = z.enum(['gateway', 'platform', 'person', 'system']);

/** What a row or object is kept for. The days of each class are the site's setting. */
export const retentionClassSchema = z.enum(['passage', 'alarm', 'health', 'evidence', 'configuration']);
export const purposeSchema = z.enum(['public-safety', 'property-management', 'equipment-care', 'exercise']);

/** Order 799: art7 public sites with a duty to install, art9 other public places (voluntary, same strict defaults). */
export const siteClassSchema = z.enum(['art7', 'art9']);

export type SourceKind = z.infer<typeof sourceKindSchema>;
export type RetentionClass = z.infer<typeof retentionClassSchema>;
export type Purpose = z.infer<typeof purposeSchema>;
export type SiteClass = z.infer<typeof siteClassSchema>;
