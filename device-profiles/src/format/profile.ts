import { deviceKindSchema } from '@angrid/contract';
import { z } from 'zod';
import { conditionSchema } from './condition.js';
import { exampleSchema } from './example.js';
import { codeTableSchema, messageSchema, sharedSchema, templateSchema, valueTableSchema } from './message.js';
import { formatLimits, localizedSchema, nameSchema, pathSchema, scalarSchema } from './primitives.js';
import { readSchema, transportSchema } from './transport.js';

const instructionSchema = z.strictObject({
  to: nameSchema.describe('Name under transport.down'),
  body: templateSchema,
  description: localizedSchema.optional(),
});

/** `{from}` and `{to}` are local times, `{fromEpoch}` and `{toEpoch}` seconds, `{fromSequence}` and `{toSequence}` numbers. */
const backfillSchema = instructionSchema.extend({
  by: z.enum(['time', 'sequence']).describe('Whether a gap in the numbers can be asked for as such'),
  more: conditionSchema.optional().describe('Of the answer to a call: there is more, from `{position}` on'),
  waitSeconds: z
    .number()
    .int()
    .min(5)
    .max(3600)
    .describe('After this long without the records that were asked for, the gap is asked for again, then given up'),
});

const personalSchema = z.strictObject({
  pictures: z.array(pathSchema).max(64).optional(),
  drop: z.array(pathSchema).max(128).optional(),
  pseudonym: z.array(pathSchema).max(16).optional().describe('Only these may be named under `credential`'),
  nobody: z
    .array(scalarSchema)
    .min(1)
    .max(8)
    .optional()
    .describe('What stands in a field of `pseudonym` where there was no credential, such as 0'),
});

/** What is known about one model of device. There is no code in it, and no setting that keeps anything about a person. */
export const profileSchema = z.strictObject({
  format: z.literal(1),
  name: nameSchema.describe("The file's name without its ending"),
  version: z.string().regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}$/),
  vendor: z.string().min(1).max(64),
  model: z.string().min(1).max(96),
  verified: z.boolean().describe('Seen on real hardware'),
  description: localizedSchema,
  setup: z
    .array(localizedSchema)
    .min(1)
    .max(12)
    .optional()
    .describe('What the installer does at the device, step by step'),
  device: deviceKindSchema,
  gb28181: z
    .string()
    .regex(/^\d{3}$/)
    .describe('Type code, digits 11 to 13 of a GB/T 28181 id'),
  transport: transportSchema,
  read: readSchema,
  personal: personalSchema,
  codes: z.record(nameSchema, codeTableSchema).optional(),
  values: z.record(nameSchema, valueTableSchema).optional(),
  heartbeat: z.strictObject({ offlineAfterSeconds: z.number().int().min(5).max(86400) }).optional(),
  defaults: sharedSchema.optional(),
  messages: z.array(messageSchema).min(1).max(formatLimits.messages),
  backfill: backfillSchema.optional().describe('Asks for records again'),
  commands: z.record(nameSchema, instructionSchema).optional(),
  examples: z.array(exampleSchema).max(500),
});
export type Profile = z.infer<typeof profileSchema>;

/** The JSON Schema for editors, as it is kept in schema/profile.schema.json. */
export function profileJsonSchema(): Record<string, unknown> {
  return { title: 'AnGrid device profile', ...z.toJSONSchema(profileSchema, { io: 'input' }) };
}
