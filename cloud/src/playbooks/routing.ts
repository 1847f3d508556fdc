import { severitySchema } from '@angrid/contract';
import { z } from 'zod';
import { keySchema, spanSchema, wordsSchema } from './fields.js';

export const channels = ['console', 'webhook', 'wecom', 'dingtalk', 'feishu', 'email'] as const;
export type ChannelKind = (typeof channels)[number];

/**
 * Which unit a leg goes to.
 * own: the unit that raised the matter, which may be mobile or a trade group; of a device, the unit of its place.
 * parent: the unit above `own`. territory: the unit in which the place lies, whoever raised it (属地管理).
 * {level}: the unit of that level above `own`, or `own` where that stands higher.
 */
export const unitReferenceSchema = z.union([
  z.enum(['own', 'parent', 'territory']),
  z.strictObject({ level: z.int().min(0).max(9) }),
]);
export type UnitReference = z.infer<typeof unitReferenceSchema>;

/** The department that the matter's category names (谁主管谁负责). */
export const IN_CHARGE = 'in-charge';

/** Whom a leg is for: the holders of a duty, a department (or the one in charge), or all duties of a group, of a unit. */
export const targetSchema = z.union([
  z.strictObject({ duty: keySchema, unit: unitReferenceSchema.default('own') }),
  z.strictObject({ department: keySchema, unit: unitReferenceSchema.default('own') }),
  z.strictObject({ group: keySchema, unit: unitReferenceSchema.default('own') }),
]);
export type Target = z.infer<typeof targetSchema>;

const channelsSchema = z.array(z.enum(channels)).min(1).max(channels.length);

export const rungSchema = z.strictObject({
  to: targetSchema,
  /** How long this rung has, ms; then the next one is told. */
  within: spanSchema,
  /** Those of the leg where none stand here. */
  channels: channelsSchema.optional(),
});
export type Rung = z.infer<typeof rungSchema>;

/** What follows a leg, rung by rung. */
export const ladderSchema = z.strictObject({
  name: wordsSchema,
  /**
   * when-silent: climbs while nobody answers. to-the-top: each rung is told at the latest when the time of the one
   * before is over, answered or not, and at once when it is answered ("four levels in 15 minutes").
   */
  climbs: z.enum(['when-silent', 'to-the-top']).default('when-silent'),
  rungs: z.array(rungSchema).min(1).max(9),
});
export type Ladder = z.infer<typeof ladderSchema>;

export const legSchema = z.strictObject({
  /** What the leg is for in this matter; a role comes once in a matter, whatever number of routes name it. */
  role: keySchema,
  to: targetSchema,
  channels: channelsSchema.default(['console']),
  /** To the first answer, ms. Then the leg is timed out, and its ladder's first rung is told. */
  within: spanSchema.optional(),
  /** To the end of the matter, ms: later it is overdue. */
  settle: spanSchema.optional(),
  ladder: keySchema.optional(),
});
export type Leg = z.infer<typeof legSchema>;

export const sources = ['device', 'person', 'system'] as const;
export type MatterSource = (typeof sources)[number];

/** True of a matter where every condition that stands here is; nothing here is always true. */
export const conditionSchema = z.strictObject({
  category: z.array(keySchema).min(1).max(64).optional(),
  police: z.boolean().optional(),
  hours: z.enum(['working', 'off']).optional(),
  source: z.array(z.enum(sources)).min(1).optional(),
  /** Two sources agree, or a person has said so. What a person reports is confirmed. */
  confirmed: z.boolean().optional(),
  severity: z.array(severitySchema).min(1).max(4).optional(),
  /** Levels of the unit that raised it. */
  level: z.array(z.int().min(0).max(9)).min(1).max(10).optional(),
});
export type Condition = z.infer<typeof conditionSchema>;

/** Every route whose condition is true gives its legs; the first one that names a role decides it. */
export const routeSchema = z.strictObject({
  id: keySchema,
  /** The statement of the report that it carries out, in short. */
  statement: wordsSchema.optional(),
  when: conditionSchema.default({}),
  legs: z.array(legSchema).min(1).max(12),
});
export type Route = z.infer<typeof routeSchema>;
