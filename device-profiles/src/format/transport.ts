import { z } from 'zod';
import { nameSchema, pathSchema, pathsSchema } from './primitives.js';

const nameOrSkipSchema = z
  .string()
  .regex(/^(?:[A-Za-z][A-Za-z0-9_]{0,47}|-)$/, 'a name, or - for a cell that is not read');

const TOPIC_RULE = 'no wildcard, no blank, no empty level';

/** Levels joined by `/`; `{device}` is the device's own id, any other `{name}` takes one level and is read as `$topic.name`. */
export const topicSchema = z
  .string()
  .min(1)
  .max(256)
  .regex(/^(?!\$)(?:[^+#{}\s\0/]|\{[a-z]{1,16}\})+(?:\/(?:[^+#{}\s\0/]|\{[a-z]{1,16}\})+)*$/, TOPIC_RULE);

/** As a topic; `{name*}` at its end takes one level or more, whatever a user typed there. */
const upTopicSchema = z
  .string()
  .min(1)
  .max(256)
  .refine((topic) => topicSchema.safeParse(topic.replace(/\/\{[a-z]{1,16}\*\}$/, '')).success, TOPIC_RULE);

const upSchema = z.strictObject({
  topic: z
    .union([upTopicSchema, z.array(upTopicSchema).min(1).max(64)])
    .describe('One topic, or several whose messages are read alike'),
  qos: z
    .union([z.literal(0), z.literal(1)])
    .optional()
    .describe('The least quality of service that is asked for; 1 for all events'),
  retain: z.boolean().optional().describe('The device may leave a retained message here'),
  will: z.boolean().optional().describe('The device may name it in its last will'),
});

const downSchema = z.strictObject({
  topic: topicSchema,
  qos: z.union([z.literal(0), z.literal(1)]).optional(),
  by: z
    .enum(['publish', 'poll', 'call'])
    .optional()
    .describe(
      'publish: over MQTT; poll: the device asks for it by a request of this path; call: the gateway makes a request of this path to the device',
    ),
  method: z.enum(['GET', 'POST', 'PUT']).optional().describe('Of a call; POST where it is not given'),
  answer: nameSchema.optional().describe("Name under `up` as which a call's answer is read"),
});

/** How a device that pushes over HTTP logs in, and what it is answered once its events are durable. */
const httpSchema = z.strictObject({
  login: z
    .enum(['path', 'address'])
    .describe(
      'path: a secret of its own in the address that it is given; address: devices that take no path are known by their network address, on a listener for an isolated network only',
    ),
  answer: z.string().max(1024).optional().describe('Body of the answer, unless the message has its own'),
  contentType: z.enum(['text/plain', 'application/json', 'application/xml']).optional(),
});

export const transportSchema = z
  .strictObject({
    protocol: z.enum(['mqtt', 'onvif', 'http']),
    http: httpSchema.optional(),
    up: z
      .record(nameSchema, upSchema)
      .describe('What the device sends; nothing else is let in. Over HTTP the topic is the path of the request'),
    down: z.record(nameSchema, downSchema).optional().describe('What the device listens to'),
  })
  .refine(({ protocol, http }) => (protocol === 'http') === (http !== undefined), 'http belongs to the protocol http');

/** Lines of cells: `08:00<tab>7<tab>27`, or `event=27<tab>index=9`, or `doorbell:H`. */
const linesSchema = z.strictObject({
  separator: z.enum(['tab', 'comma', 'newline']).optional().describe('Between cells; tab where it is not given'),
  columns: z
    .array(nameOrSkipSchema)
    .min(1)
    .max(64)
    .optional()
    .describe('Names of the cells, in order, where a cell does not name itself'),
  pair: z.enum(['=', ':']).optional().describe('Stands between name and value of a cell that names itself'),
});

export const readSchema = z.strictObject({
  format: z
    .enum(['json', 'xml', 'auto', 'form', 'lines'])
    .describe(
      'xml: the members of the root element, `@name` an attribute, `@root` its name; auto: xml where the first byte is <, else json; form: fields of the body, or of the query where there is no body; lines: `lines` is the list of lines',
    ),
  lines: linesSchema.optional(),
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

/** Every topic of one name under `up`. */
export function topicsOf({ topic }: z.infer<typeof upSchema>): readonly string[] {
  return typeof topic === 'string' ? [topic] : topic;
}
