import { z } from 'zod';
import { instantSchema } from './primitives.js';

/**
 * When the gateway received it. `wall` may jump; `monotonicMs` counts within `boot`, an id of the kernel's run.
 * Neither decides order: order is (boot epoch, lane, sequence).
 */
export const gatewayTimeSchema = z.object({
  wall: instantSchema,
  monotonicMs: z.number().nonnegative(),
  boot: z.string().min(1).max(64),
});
export type GatewayTime = z.infer<typeof gatewayTimeSchema>;

/** What the device says, and how it was read: most devices send local time with no zone. */
export const deviceTimeSchema = z.object({
  value: instantSchema,
  /** IANA zone or numeric offset that was used to read it. */
  zone: z.string().min(1).max(64),
  /** True where the zone came from configuration and not from the device. */
  zoneAssumed: z.boolean(),
});
export type DeviceTime = z.infer<typeof deviceTimeSchema>;
