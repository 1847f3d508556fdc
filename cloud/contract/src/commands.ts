import { z } from 'zod';
import { hashSchema, idSchema, instantSchema } from './primitives.js';
import { siteConfigSchema } from './site.js';

/** Characters: two are a reason in Chinese (年假, 维修). */
export const SHORTEST_REASON = 2;

/** Why a command may be carried out: who granted what, for how long. Person ids are opaque. */
export const grantSchema = z.object({
  id: z.string().min(1).max(64),
  reason: z.string().min(SHORTEST_REASON).max(500),
  role: z.string().max(64),
  expiresAt: instantSchema,
});

const command = <T extends string, P extends z.ZodType>(type: T, params: P) =>
  z.object({
    id: z.string().min(1).max(64),
    type: z.literal(type),
    issuedAt: instantSchema,
    expiresAt: instantSchema,
    /** Opaque id of the account, or `system`, for the audit log of both sides. */
    actor: z.string().max(64),
    grant: grantSchema.optional(),
    params,
  });

/** The allow-list. There is no unlock, and there will be none. */
export const commandSchema = z.discriminatedUnion('type', [
  command('config.apply', z.object({ config: siteConfigSchema })),
  /** `original`: not the masked derivative, but the unmasked original that it was made of. */
  command('evidence.fetch', z.object({ evidence: hashSchema, original: z.literal(true).optional() })).required({
    grant: true,
  }),
  /** Show a camera until the grant ends; for a stream that runs already, show it longer. */
  command('live.open', z.object({ stream: z.guid(), camera: idSchema })).required({ grant: true }),
]);
export type Command = z.infer<typeof commandSchema>;

export const commandResultSchema = z.object({
  id: z.string().min(1).max(64),
  state: z.enum(['done', 'failed', 'refused', 'expired']),
  code: z.string().max(64).optional(),
  detail: z.string().max(500).optional(),
  finishedAt: instantSchema,
});
export type CommandResult = z.infer<typeof commandResultSchema>;

/** One server-sent event of the gateway's channel; `event: command`, `id:` the command's id. */
export const channelEvents = { command: 'command', keepAlive: 'keep-alive' } as const;
