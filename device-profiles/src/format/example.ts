import { eventKinds } from '@angrid/contract';
import { z } from 'zod';
import { attributeNameSchema, localizedSchema, reasonSchema, scalarSchema } from './primitives.js';

/** What is left out is expected to be absent: an example says all of what comes out. */
const expectedEventSchema = z.strictObject({
  kind: z.enum(eventKinds),
  channel: z.string().optional(),
  code: z.string().optional(),
  dedup: z.string().describe('rule:key'),
  time: z.string().optional().describe('The instant in UTC, or the local time followed by " local"'),
  late: z.literal(true).optional(),
  edge: z.literal(true).optional().describe('An event only where the state was another one before'),
  sequence: z.number().int().optional(),
  previous: z.number().int().optional(),
  gap: z.strictObject({ from: z.number().int(), to: z.number().int() }).optional().describe('Numbers that are missing'),
  credential: z.literal(true).optional().describe('The rules get a pseudonym; the value itself is never shown'),
  attributes: z.record(attributeNameSchema, scalarSchema).optional(),
});

const expectedStateSchema = z.strictObject({
  kind: z.enum(eventKinds),
  channel: z.string().optional(),
  active: z.boolean(),
});

/** What every profile shows, as far as its devices can do it. */
export const shownSchema = z.enum(['live', 'late', 'gap', 'malformed', 'heartbeat']);
export type Shown = z.infer<typeof shownSchema>;

export const exampleSchema = z
  .strictObject({
    says: localizedSchema,
    shows: shownSchema.optional(),
    age: z.number().int().min(0).optional().describe('Seconds between the device time of the message and its receipt'),
    last: z.number().int().min(0).optional().describe('The number that the device gave last before this message'),
    device: z.string().max(64).optional().describe("The device's own id; `example` where it is not given"),
    topic: z.string().max(512).describe('Over HTTP: the path, with its query'),
    body: z.json().optional(),
    raw: z.string().max(65536).optional().describe('The payload byte for byte, where it is no JSON'),
    expect: z.strictObject({
      events: z.array(expectedEventSchema).optional(),
      states: z.array(expectedStateSchema).optional(),
      presence: z.enum(['heartbeat', 'online', 'offline']).optional(),
      drops: z.record(reasonSchema, z.number().int().positive()).optional(),
      acknowledgement: z.strictObject({ topic: z.string(), body: z.json() }).optional(),
      answer: z.string().optional().describe('Over HTTP: the body of the answer, where the message has its own'),
      unknown: z.literal(true).optional(),
      error: reasonSchema.optional().describe('Why the payload is refused'),
    }),
  })
  .refine((example) => (example.body === undefined) !== (example.raw === undefined), 'exactly one of body and raw');
export type Example = z.infer<typeof exampleSchema>;
