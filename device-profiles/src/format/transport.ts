import { z } from 'zod';
import { nameSchema, pathSchema, pathsSchema } from './primitives.js';

/** Levels joined by `/`; `{device}` is the device's own id, any other `{name}` takes one level and is read as `$topic.name`. */
export const topicSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(
    /^(?!\$)(?:[^+#{}\s\0/]|\{[a-z]{1,16}\})+(?:\/(?:[^+#{}\s\0/]|\{[a-z]{1,16}\})+)*$/,
    'no wildcard, no blank, no empty level',
  );

const upSchema = z.strictObject({
  topic: topicSchema,
  qos: z
    .union([z.literal(0), z.literal(1)])
    .optional()
    .describe('The least quality of service that is asked for; 1 for all events'),
  retain: z.boolean().optional().describe('The device may leave a retained message here'),
  will: z.boolean().optional().describe('The device may name it in its last will'),
});

const downSchema = z.strictObject({ topic: topicSchema, qos: z.union([z.literal(0), z.literal(1)]).optional() });

export const transportSchema = z.strictObject({
  protocol: z.enum(['mqtt', 'onvif', 'http']),
  up: z.record(nameSchema, upSchema).describe('What the device sends; nothing else is let in'),
  down: z.record(nameSchema, downSchema).optional().describe('What the device listens to'),
});

export const readSchema = z.strictObject({
  format: z.enum(['json']),
  maxBytes: z
    .number()
    .int()
    .min(256)
    .max(2 * 1024 * 1024)
    .optional(),
  discriminator: pathSchema
    .optional()
    .describe('The value that tells the messages of one topic apart; a message names its own under `is`'),
  device: pathsSchema.optional().describe("Where the message names its device: another one's is refused"),
  topic: pathSchema.optional().describe("The vendor's own topic, where the message carries it"),
});
