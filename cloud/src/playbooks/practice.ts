import { z } from 'zod';
import { dayHoursSchema, keySchema, spanSchema, wordsSchema } from './fields.js';
import { targetSchema } from './routing.js';

/** What can earn a unit or a holder of a duty points, or cost them: verified facts of the handling, never a number of reports. */
export const appraisalFacts = [
  'acknowledged-in-time',
  'acknowledged-late',
  'settled-in-time',
  'settled-late',
  'settled-where-raised',
  'passed-on',
  'reopened',
  'rectified-in-time',
  'rectified-late',
  'round-signed',
  'round-missed',
  'training-held',
  'care-visit-in-time',
] as const;
export type AppraisalFact = (typeof appraisalFacts)[number];

/** How a closing rate counts what is neither open nor closed. */
const counting = z.enum(['as-open', 'as-closed', 'left-out']);

export const appraisalSchema = z.strictObject({
  period: z.enum(['month', 'quarter', 'year']),
  /** Points at the beginning of a period (the book of 12 points). */
  book: z.int().min(0).max(1000).default(0),
  points: z
    .array(z.strictObject({ fact: z.enum(appraisalFacts), points: z.int().min(-100).max(100) }))
    .min(1)
    .max(appraisalFacts.length),
  /** From how many points a unit has how many stars. */
  stars: z
    .array(z.strictObject({ stars: z.int().min(1).max(5), from: z.int().min(-1000).max(100_000) }))
    .max(5)
    .default([]),
  closingRate: z.strictObject({
    reopened: counting.default('as-open'),
    merged: counting.default('left-out'),
    returned: counting.default('as-open'),
    exercise: counting.default('left-out'),
    /** Somebody looked, and there was nothing. */
    falseAlarm: counting.default('left-out'),
  }),
});
export type Appraisal = z.infer<typeof appraisalSchema>;

/** Several units are called to one hard matter (疑难会商, 部门联席会). */
export const consultationSchema = z.strictObject({
  /** Duties that may call it. */
  calledBy: z.array(keySchema).min(1).max(16),
  calls: z.array(targetSchema).min(1).max(16),
  /** To the meeting, ms. */
  within: spanSchema,
});

/** A unit is criticised and puts something right by a time (通报批评、限期整改). */
export const rectificationSchema = z.strictObject({
  orderedBy: z.array(keySchema).min(1).max(16),
  /** To what is proposed as the deadline, ms. */
  within: spanSchema,
});

/** A matter that is passed on (移交、交办): by when whoever gets it answers, and what follows silence. */
export const handOverSchema = z.strictObject({
  /** To the first answer, ms. */
  within: spanSchema,
  ladder: keySchema.optional(),
});

/** Courses: twice a quarter and so on, by duty. */
export const trainingSchema = z.strictObject({
  period: z.enum(['month', 'quarter', 'year']),
  courses: z.int().min(1).max(100),
  duties: z.array(keySchema).min(1).max(16),
});

const LEAST_SILENCE_OF_DOOR_MS = 86_400_000;

/**
 * A household that has opted in and is not met for this long gets a visit: a task for the duty, not an alert. With `doors`
 * the door of a home may answer for a household that has opted in to that too; for no other door can it be asked, and for
 * no less than a day, so that it says that all is well and not who comes and goes when.
 */
export const careSchema = z
  .strictObject({
    silentFor: spanSchema,
    duty: keySchema,
    within: spanSchema,
    doors: z.literal('opted-in').optional(),
  })
  .refine(({ doors, silentFor }) => doors === undefined || silentFor >= LEAST_SILENCE_OF_DOOR_MS, {
    path: ['silentFor'],
    message: 'a door may be asked about a day or more',
  });

/** Rounds at set times, seen through and signed by a person. */
export const patrolSchema = z.strictObject({
  id: keySchema,
  name: wordsSchema,
  of: z.enum(['cameras', 'places']),
  duty: keySchema,
  /** When a round may be done, in the compound's zone. */
  windows: z.array(dayHoursSchema).min(1).max(24),
});

/** The day's list of a district's officer, and the summary that closes it. */
export const dailyListSchema = z.strictObject({
  duty: keySchema,
  closesAt: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
});
