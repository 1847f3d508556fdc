import { z } from 'zod';
import { idSchema, shortText } from './primitives.js';

export const deviceKindSchema = z.enum(['panel', 'camera', 'lock', 'sensor']);

/** What an installer does at the gateway. It travels like an event, so that it works with the cloud away. */
export const provisionDataSchema = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('device.upsert'),
    device: idSchema,
    kind: deviceKindSchema,
    name: shortText,
    profile: z.string().max(96).optional(),
    manufacturer: z.string().max(96).optional(),
    model: z.string().max(96).optional(),
    /** 20-digit GB/T 28181 code, where one is assigned. */
    gb28181: z
      .string()
      .regex(/^\d{20}$/)
      .optional(),
  }),
  z.object({ op: z.literal('device.remove'), device: idSchema }),
  /** `place` is the id of a place that the site configuration lists. */
  z.object({ op: z.literal('link.place'), device: idSchema, place: idSchema }),
  z.object({ op: z.literal('link.camera'), device: idSchema, camera: idSchema, linked: z.boolean() }),
]);
export type ProvisionData = z.infer<typeof provisionDataSchema>;
export type DeviceKind = z.infer<typeof deviceKindSchema>;
