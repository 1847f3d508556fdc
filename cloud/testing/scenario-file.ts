import { eventKinds, idSchema, severitySchema } from '@angrid/contract';
import { z } from 'zod';
import { keySchema, spanSchema, wordsSchema } from '../src/playbooks/fields.js';
import { reportCategories } from '../src/playbooks/playbook.js';
import { channels, sources, targetSchema } from '../src/playbooks/routing.js';

/** `luhe/town-3/d-12`: a unit by its path; the depth of each part is its level. */
const pathSchema = z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+){0,9}$/);

/** report: a statement of the report. reading: how we read it. rule: a rule of the system, whatever the report says. */
const showsSchema = z.enum(['report', 'reading', 'rule']);

/** Where a push has come: every key that stands here is the leg's. */
const legSchema = z.strictObject({
  to: keySchema,
  at: pathSchema.optional(),
  channel: z.enum(channels).optional(),
  role: keySchema.optional(),
  is: z.string().optional(),
  /** To the end that it was given, from its beginning. */
  settle: spanSchema.optional(),
});

/** What became of a push, and when: since the beginning, or at once. */
const lineSchema = z.strictObject({
  after: spanSchema.default(0),
  who: keySchema,
  at: pathSchema,
  is: z.string(),
});

const expectationSchema = z.strictObject({
  /** Exactly those who have been told until now, each once, in order. */
  told: z.array(keySchema).max(64).optional(),
  legs: z.array(legSchema).max(32).default([]),
  /** Who knew how long after the beginning, at the latest. */
  knew: z.record(keySchema, spanSchema).default({}),
  /** Who had come how far how long after the beginning, at the latest. */
  within: z.record(keySchema, z.record(z.string(), spanSchema)).default({}),
  /** Exactly what is on record of the pushes until now: who, when, where. */
  log: z.array(lineSchema).max(64).optional(),
  /** Who has it; null: nobody. */
  owner: keySchema.nullable().optional(),
  /** Points of units, by their paths. */
  points: z.record(pathSchema, z.int()).default({}),
  /** Said before it happens: who is silent, when that escalates, and to whom; null where no timer runs. */
  escalates: z
    .strictObject({ role: keySchema, in: spanSchema, to: z.array(keySchema) })
    .nullable()
    .optional(),
});
export type Expectation = z.infer<typeof expectationSchema>;

const actSchema = z.strictObject({
  /** Holder of a duty. */
  who: keySchema,
  does: z.enum([
    'acknowledged',
    'accepted',
    'resolved',
    'closed',
    'returned',
    'handed-over',
    'called-together',
    'set-a-deadline',
  ]),
  reason: z.string().optional(),
  /** Whom it is handed over to. */
  to: targetSchema.optional(),
  /** Units that are set a deadline. */
  units: z.array(pathSchema).optional(),
  /** It is not theirs to do. */
  refused: z.literal(true).optional(),
});
export type Act = z.infer<typeof actSchema>;

const stepSchema = z.strictObject({
  /** Since the step before; in silence until then. */
  after: spanSchema.optional(),
  /** A second source agrees, or a person has confirmed it. */
  confirmed: z.literal(true).optional(),
  act: actSchema.optional(),
  /** The pushes of a role are answered by themselves, and the matter stays as it is. */
  answered: z.strictObject({ role: keySchema, is: z.enum(['accepted', 'resolved']) }).optional(),
  expect: expectationSchema.optional(),
});

const scenarioSchema = z.strictObject({
  id: keySchema,
  shows: showsSchema,
  statement: wordsSchema,
  at: z.iso.datetime({ offset: true }),
  overlays: z
    .array(
      z.strictObject({
        overlay: keySchema,
        from: z.iso.datetime({ offset: true }),
        to: z.iso.datetime({ offset: true }),
      }),
    )
    .default([]),
  matter: z.strictObject({
    source: z.enum(sources),
    event: z.enum(eventKinds).optional(),
    report: z.enum(reportCategories).optional(),
    category: keySchema.optional(),
    severity: severitySchema,
    device: idSchema.optional(),
    /** The unit that raised it, and the one in which the place lies where that is another. */
    own: pathSchema,
    territory: pathSchema.optional(),
  }),
  steps: z.array(stepSchema).min(1).max(40),
});
export type PlaybookScenario = z.infer<typeof scenarioSchema>;

/** A unit of the kind, on its level, with as many residents: whether an import warns. */
const normSchema = z.strictObject({
  id: keySchema,
  shows: showsSchema,
  statement: wordsSchema,
  level: z.int(),
  kind: keySchema,
  residents: z.int(),
  warns: z.boolean(),
});

/** Stories of one playbook, as timelines on a virtual clock. */
export const scenarioFileSchema = z.strictObject({
  playbook: keySchema,
  scenarios: z.array(scenarioSchema).min(2).max(40),
  norms: z.array(normSchema).max(16).default([]),
});
