import { z } from 'zod';
import { hashSchema, idSchema, instantSchema, shortText } from './primitives.js';

/**
 * What became of an alert in the cloud: the answer of GET `gatewayPaths.trace(alert)`, for the gateway that raised it.
 * `alert` is the `alert` of its data, the same from active to cleared. 404 `subject.not-found` until the cloud has
 * committed it. All times but `recordedAt` are those of the cloud's clock: only their differences may be compared with
 * the gateway's.
 */
export const traceSchema = z.object({
  /** When the gateway received it. */
  recordedAt: instantSchema,
  arrivedAt: instantSchema,
  /** Null where the device is linked to no place. */
  place: z.object({ id: idSchema, name: shortText }).nullable(),
  /** The ids of the units, from the root down; null where the place stands in none. */
  unitPath: z.string().max(400).nullable(),
  incident: z.string().max(64).nullable(),
  /** Why the alerts of the incident belong together. */
  why: z.object({ 'zh-CN': z.string().max(500), en: z.string().max(500) }).nullable(),
  legs: z
    .array(
      z.object({
        role: z.string().max(32),
        state: z.string().max(32),
        queuedAt: instantSchema,
        sentAt: instantSchema.nullable(),
        acknowledgedAt: instantSchema.nullable(),
      }),
    )
    .max(64),
  evidence: z.array(z.object({ id: hashSchema, kind: z.string().max(32), complete: z.boolean() })).max(256),
});
export type Trace = z.infer<typeof traceSchema>;
