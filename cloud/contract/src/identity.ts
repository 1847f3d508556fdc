import { z } from 'zod';

/**
 * How an event is known again when it is sent twice. The first rule that the device allows is taken:
 * - vendor-record: the vendor's own record number.
 * - device-sequence: the device's epoch (boot, session) and its sequence in it.
 * - raw: SHA-256 of the raw bytes, with the device's own time. Only for messages that carry a device time.
 * - gateway: made by the gateway itself (a rule, a missed heartbeat); key = what and since when.
 */
export const dedupSchema = z.object({
  rule: z.enum(['vendor-record', 'device-sequence', 'raw', 'gateway']),
  key: z.string().min(1).max(256),
});
export type Dedup = z.infer<typeof dedupSchema>;

export interface Identity {
  readonly gateway: string;
  readonly device: string;
  readonly dedup: Dedup;
  /** What one message can hold several of: the index of the part and its kind. */
  readonly part: string;
}
