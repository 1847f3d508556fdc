import { z } from 'zod';
import { hashSchema, idSchema, instantSchema, shortText } from './primitives.js';

/**
 * What became of an alert in the cloud: the answer of GET `gatewayPaths.trace(alert)`. `alert` is the `alert` of its
 * data, the same from active to cleared. 404 `subject.not-found` until the cloud has committed it. All times are those
 * of the cloud's clock: only their differences may be compared with the gateway's.
 */
export const traceSchema = z.object({
  alert: hashSchema,
  exercise: z.boolean(),
  acceptedAt: instantSchema,
  /** Absent where the device is linked to no place. */
  place: z.object({ id: idSchema, name: shortText }).optional(),
  /** The path of the unit's names, as in the site configuration; absent where the place stands in none. */
  unit: z.string().max(400).optional(),
  incident: z
    .object({
      id: z.string().max(64),
      state: z.string().max(32),
      why: z.object({ 'zh-CN': z.string().max(500), en: z.string().max(500) }),
    })
    .optional(),
  legs: z
    .array(
      z.object({
        role: z.string().max(32),
        state: z.string().max(32),
        queuedAt: instantSchema,
        /** When the addressee, or the platform, had it. */
        deliveredAt: instantSchema.optional(),
      }),
    )
    .max(64),
});
export type Trace = z.infer<typeof traceSchema>;
