import { z } from 'zod';
import { pathSchema, scalarSchema } from './primitives.js';

const operators = ['equals', 'in', 'is', 'present', 'atLeast', 'below', 'bits', 'hasWord'] as const;

/** One comparison of one value. Texts and numbers compare as texts, because devices send numbers as strings. */
export const comparisonSchema = z
  .strictObject({
    path: pathSchema,
    equals: scalarSchema.optional(),
    in: z.array(scalarSchema).min(1).max(64).optional(),
    is: z.boolean().optional().describe('A truth value in any spelling: true, 1, on, active, yes'),
    present: z.boolean().optional(),
    atLeast: z.number().optional(),
    below: z.number().optional(),
    bits: z.number().int().min(1).max(0x7fffffff).optional().describe('One of these bits is set'),
    hasWord: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(16)
      .optional()
      .describe('The value is a list of words, between blanks or commas, and one of these is in it, in any case'),
    not: z.literal(true).optional().describe('Turns the comparison round'),
  })
  .refine((test) => operators.filter((name) => test[name] !== undefined).length === 1, {
    message: `exactly one of ${operators.join(', ')}`,
  });
export type Comparison = z.infer<typeof comparisonSchema>;

const anySchema = z.strictObject({ any: z.array(comparisonSchema).min(1).max(16) });

/** All must hold; `any` holds where one of its comparisons does. It nests no further. */
export const conditionSchema = z
  .array(z.union([comparisonSchema, anySchema]))
  .min(1)
  .max(16);
export type Condition = z.infer<typeof conditionSchema>;
