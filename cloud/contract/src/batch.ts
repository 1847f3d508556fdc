import { z } from 'zod';
import { CONTRACT_VERSION, hashSchema, idSchema, instantSchema, laneSchema } from './primitives.js';

/**
 * A batch is NDJSON: one header line, then one item a line. The lines of a batch are one unbroken run of one lane's
 * sequence. Over HTTPS and in a spool file the bytes are the same.
 *
 * The hash chain of a lane: link(0) = SHA-256 of `chainSeed`; link(n) = SHA-256(link(n-1) ‖ SHA-256(line n)),
 * where a line is its exact UTF-8 bytes without the newline. `prev` is the link before the first line, `head` the one
 * after the last. The signature covers `batchPreimage`.
 */
export const batchHeaderSchema = z.object({
  contract: z.literal(CONTRACT_VERSION),
  gateway: idSchema,
  epoch: z.number().int().positive(),
  lane: laneSchema,
  from: z.number().int().positive(),
  to: z.number().int().positive(),
  count: z.number().int().min(1).max(1000),
  prev: hashSchema,
  head: hashSchema,
  sentAt: instantSchema,
  algorithm: z.literal('Ed25519'),
  signature: z.string().max(128),
});
export type BatchHeader = z.infer<typeof batchHeaderSchema>;

/** Bounds that both sides keep: checked before anything is parsed. */
export const batchLimits = { lines: 1000, lineBytes: 16 * 1024, bytes: 4 * 1024 * 1024 } as const;

/** Answered with 200, and only after everything accepted is committed. */
export const batchAnswerSchema = z.object({
  accepted: z.array(hashSchema),
  duplicate: z.array(hashSchema),
  rejected: z.array(z.object({ id: z.string().max(128), code: z.string().max(64), detail: z.string().max(500) })),
  /** Version of the site configuration that the cloud holds now. */
  siteVersion: z.number().int().nonnegative(),
  /** True where the cloud holds later numbers of this epoch than these: the gateway opens a new epoch for what follows. */
  openEpoch: z.boolean().optional(),
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;

export type UnsignedBatchHeader = Omit<BatchHeader, 'signature'>;
