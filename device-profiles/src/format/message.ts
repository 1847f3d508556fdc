import { eventKinds } from '@angrid/contract';
import { z } from 'zod';
import { conditionSchema } from './condition.js';
import {
  attributeNameSchema,
  formatLimits,
  localizedSchema,
  nameSchema,
  pathSchema,
  pathsSchema,
  reasonSchema,
  scalarSchema,
} from './primitives.js';

const kindSchema = z.enum(eventKinds);
const setSchema = z.record(attributeNameSchema, scalarSchema);

const codeEntrySchema = z.union([
  kindSchema,
  z.strictObject({ kind: kindSchema, title: localizedSchema.optional(), set: setSchema.optional() }),
  z.strictObject({ ignore: reasonSchema, title: localizedSchema.optional() }),
]);
export type CodeEntry = z.infer<typeof codeEntrySchema>;

/** Vendor code → event kind. Codes of several fields are joined by `/`. */
export const codeTableSchema = z
  .record(z.string().min(1).max(96), codeEntrySchema)
  .refine((table) => Object.keys(table).length <= formatLimits.tableEntries, 'at most 2000 entries');

/** Vendor value → word of ours. */
export const valueTableSchema = z.record(z.string().min(1).max(96), scalarSchema);

export const timeSchema = z.strictObject({
  path: pathsSchema,
  format: z
    .enum(['iso', 'local', 'epoch-s', 'epoch-ms', 'packed'])
    .describe(
      'iso: with its zone, or local where it has none; local: a zone that the text shows is not believed; packed: seconds since 2000 in months of 31 days, local',
    ),
});

const keyPartSchema = z.union([pathsSchema, z.literal('$time')]);

export const dedupSchema = z.union([
  z.strictObject({
    rule: z.literal('vendor-record'),
    key: z
      .array(keyPartSchema)
      .min(1)
      .max(4)
      .describe('Fields that make it the only one; $time is the time as it was read, however the message spells it'),
  }),
  z.strictObject({ rule: z.literal('device-sequence'), epoch: pathSchema, sequence: pathSchema }),
  z.strictObject({ rule: z.literal('raw') }),
  z
    .strictObject({ rule: z.literal('receipt') })
    .describe('The device gives neither number nor time: what comes twice is two events'),
]);
export type DedupRule = z.infer<typeof dedupSchema>;

const keepSchema = z.strictObject({
  path: pathsSchema,
  as: z.enum(['number', 'boolean', 'token']),
  values: nameSchema.optional().describe('Name of a table under `values`; what it does not list is left out'),
});

const doorsSchema = z
  .strictObject({
    count: z.number().int().min(1).max(32),
    width: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8)]).describe('Bits of each door'),
    known: z.number().int().min(1).max(255).optional().describe('A door with none of these bits has no such state'),
  })
  .describe(
    'The value is hexadecimal digits that hold the bits of several doors; the number of the door is the channel',
  );

const stateFields = z.strictObject({
  path: pathsSchema.optional(),
  holds: conditionSchema.optional().describe('In place of a path: the state lasts while this holds'),
  invert: z.literal(true).optional().describe('The value is true where the state is over'),
  bits: z
    .number()
    .int()
    .min(1)
    .max(0x7fffffff)
    .optional()
    .describe('The value is a number, and true where one of these bits is set'),
  doors: doorsSchema.optional(),
  edge: z
    .union([z.literal(true), z.strictObject({ overAfterSeconds: z.number().int().min(2).max(3600) })])
    .optional()
    .describe(
      'The device tells the state again and again: only a change of it is an event. overAfterSeconds: it does not tell the end, so the state is over when it was not told for so long',
    ),
  begins: kindSchema,
  ends: kindSchema.optional().describe('Where there is no such kind, the end is no event, but ends the alert'),
  initial: conditionSchema.optional().describe('A report of the present state, not a change of it'),
  over: conditionSchema.optional().describe('The state is over, whatever the value says'),
});

const stateSchema = stateFields
  .refine(({ path, holds }) => (path === undefined) !== (holds === undefined), 'exactly one of path and holds')
  .refine(
    ({ path, bits, doors }) => doors === undefined || (path !== undefined && bits !== undefined),
    'doors need path and bits',
  );
export type State = z.infer<typeof stateSchema>;

/** One event of a message. Exactly one of `kind`, `code` and `state` says which. */
export const emitSchema = z
  .strictObject({
    kind: kindSchema.optional(),
    code: z
      .array(pathsSchema)
      .min(1)
      .max(4)
      .optional()
      .describe('Fields whose values, joined by /, are the vendor code'),
    codes: nameSchema.optional().describe('Name of a table under `codes`'),
    state: stateSchema.optional(),
    when: conditionSchema.optional(),
    channel: pathsSchema.optional().describe('Door, reader or input'),
    keep: z
      .record(attributeNameSchema, keepSchema)
      .optional()
      .describe('What the event carries; nothing else survives'),
    set: setSchema.optional(),
  })
  .refine(
    (emit) => [emit.kind, emit.code, emit.state].filter((one) => one !== undefined).length === 1,
    'exactly one of kind, code and state',
  )
  .refine((emit) => (emit.code === undefined) === (emit.codes === undefined), 'code and codes belong together');
export type Emit = z.infer<typeof emitSchema>;

/** What messages share unless they say otherwise. */
export const sharedSchema = z.strictObject({
  time: timeSchema.optional(),
  late: conditionSchema.optional().describe('Where it holds the event lies in the past: it is stored and pages nobody'),
  lateAfterSeconds: z
    .number()
    .int()
    .min(10)
    .max(86400)
    .optional()
    .describe(
      'For devices that do not say so: older than this when it comes, by the device clock as measured, is late',
    ),
  burst: z
    .strictObject({ over: z.number().int().min(2).max(1000), withinSeconds: z.number().int().min(1).max(600) })
    .optional()
    .describe('More events than this are no passages but a list that is being loaded: late from there on'),
  dedup: z
    .array(dedupSchema)
    .min(1)
    .max(4)
    .optional()
    .describe('How the event is known again: the first rule whose fields are there'),
  sequence: z
    .strictObject({
      path: pathSchema,
      epoch: pathSchema.optional().describe('Counting starts anew when this value changes'),
      gap: z.enum(['report', 'none']).describe('report: a number that is left out is a lost event'),
      previous: pathSchema.optional().describe('The number that the device gave before this one, where it skips some'),
    })
    .optional(),
  credential: z
    .array(pathSchema)
    .min(1)
    .max(8)
    .optional()
    .describe('Becomes a keyed pseudonym for the rules; never part of an event'),
  channel: pathsSchema.optional(),
});

/** A JSON object, or a text. `{path}` in a text is replaced; a text that is all `{path:number}` becomes a number. */
export const templateSchema = z.union([
  z.string().min(1).max(formatLimits.templateBytes),
  z.record(z.string().max(96), z.json()),
]);

export const messageSchema = z
  .strictObject({
    name: nameSchema,
    on: z.array(nameSchema).min(1).max(32).describe('Names under transport.up'),
    is: z.array(scalarSchema).min(1).max(32).optional().describe('Values of read.discriminator'),
    when: conditionSchema.optional(),
    each: pathSchema.optional().describe('A list: everything below is read once for each of its items, as $item'),
    ...sharedSchema.shape,
    emits: z.array(emitSchema).min(1).max(formatLimits.emits).optional(),
    presence: z.enum(['heartbeat', 'online', 'offline']).optional(),
    drop: reasonSchema.optional().describe('The whole message is left out, and counted under this reason'),
    acknowledge: z
      .strictObject({ to: nameSchema, body: templateSchema, when: conditionSchema.optional() })
      .optional()
      .describe('Sent to the device once the events are durable'),
    answer: templateSchema.optional().describe('Over HTTP: the body of the answer, once the events are durable'),
  })
  .refine(
    (one) => [one.emits, one.presence, one.drop].filter((part) => part !== undefined).length === 1,
    'exactly one of emits, presence and drop',
  );
export type Message = z.infer<typeof messageSchema>;
