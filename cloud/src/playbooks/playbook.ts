import { type EventKind, eventKinds, severitySchema } from '@angrid/contract';
import { z } from 'zod';
import { dayHoursSchema, keySchema, wordsSchema } from './fields.js';
import {
  appraisalSchema,
  careSchema,
  consultationSchema,
  dailyListSchema,
  handOverSchema,
  patrolSchema,
  rectificationSchema,
  trainingSchema,
} from './practice.js';
import { ladderSchema, type MatterSource, routeSchema } from './routing.js';

const LEVELS = 10;

/** A level of a unit tree and what stands on it. */
const levelSchema = z.strictObject({
  /** Depth in the tree: the root is 0. */
  level: z
    .int()
    .min(0)
    .max(LEVELS - 1),
  name: wordsSchema,
  /** Kinds of unit on this level: village, compound, enterprise, street-block, taxi-team … */
  kinds: z.array(keySchema).min(1).max(24),
  /** Residents beyond which an import warns, by kind (5,000 in town, 10,000 in the country). */
  norms: z.record(keySchema, z.int().min(1).max(10_000_000)).default({}),
});

const treeSchema = z.strictObject({
  id: keySchema,
  name: wordsSchema,
  levels: z.array(levelSchema).min(1).max(LEVELS),
});

const accountRoles = ['administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor'] as const;

const dutySchema = z.strictObject({
  name: wordsSchema,
  /** Roles of accounts that may hold it. */
  heldBy: z.array(z.enum(accountRoles)).min(1),
  /** Who holds it in a unit that names nobody: every account of `heldBy`, or none. */
  unnamed: z.enum(['all', 'none']).default('none'),
  /**
   * Goes out when called: a leg to it is an officer's task, to which no unconfirmed signal of a device leads.
   * A desk that confirms by telephone is no such duty.
   */
  officer: z.boolean().default(false),
  /** When somebody must be on duty in every unit that has the duty: a gap is shown ("24 hours without a gap"). */
  cover: z.enum(['always', 'working', 'none']).default('none'),
});
export type Duty = z.infer<typeof dutySchema>;

/** An office that answers for a kind of matter. `officer` as with a duty. */
const departmentSchema = z.strictObject({ name: wordsSchema, officer: z.boolean().default(false) });

/** What a person can report; a playbook sorts each into a category. */
export const reportCategories = ['hazard', 'damage', 'dispute', 'disturbance', 'result'] as const;
export type ReportCategory = (typeof reportCategories)[number];

const categorySchema = z.strictObject({
  name: wordsSchema,
  police: z.boolean(),
  /** Kinds of event that fall in it. */
  events: z.array(z.enum(eventKinds)).max(eventKinds.length).default([]),
  reports: z.array(z.enum(reportCategories)).max(reportCategories.length).default([]),
  /** The department in charge (谁主管谁负责). */
  department: keySchema.optional(),
});
export type Category = z.infer<typeof categorySchema>;

/** What goes beyond the ordinary while it is switched on: a festival, a storm (节点模式). */
const overlaySchema = z.strictObject({
  name: wordsSchema,
  /** Every hour is a working hour. */
  allHoursWork: z.boolean().default(false),
  /** Looked at before the routes of the playbook. */
  routes: z.array(routeSchema).max(32).default([]),
  /** In place of the ladders of these names. */
  ladders: z.record(keySchema, ladderSchema).default({}),
  /** Duties that are covered round the clock for as long. */
  extraDuty: z.array(keySchema).max(16).default([]),
});
export type Overlay = z.infer<typeof overlaySchema>;

/**
 * One model of governance, as data: who there is, what falls to whom, by when, and what follows silence. All that a city
 * differs in stands here; the code knows no city. Times are in the zone of the compound.
 */
export const playbookSchema = z.strictObject({
  id: keySchema,
  /** Goes up with every change that is switched on; an incident keeps `id@version` of its opening. */
  version: z.int().min(1).max(1_000_000),
  name: wordsSchema,
  summary: wordsSchema,
  trees: z.array(treeSchema).min(1).max(8),
  duties: z.record(keySchema, dutySchema),
  departments: z.record(keySchema, departmentSchema).default({}),
  /** Duties that are told together: a tower group (微信塔群), a team. */
  groups: z
    .record(keySchema, z.strictObject({ name: wordsSchema, duties: z.array(keySchema).min(1).max(16) }))
    .default({}),
  /** On workdays of the Chinese calendar, with make-up workdays. Everything else is off. */
  workingHours: z.array(dayHoursSchema).min(1).max(6),
  categories: z.record(keySchema, categorySchema),
  classification: z.strictObject({
    /** The category of what falls in none. Unclear is a police matter first, whatever the category says. */
    unclear: keySchema,
    /** Severities that are a police matter first, whatever the category says. */
    urgent: z.array(severitySchema).max(4),
  }),
  routes: z.array(routeSchema).min(1).max(64),
  ladders: z.record(keySchema, ladderSchema).default({}),
  /** Who takes a matter first owns it until it is handed over with a reason (首问责任、首接首办). */
  firstAsked: z.boolean().default(false),
  handOver: handOverSchema.optional(),
  overlays: z.record(keySchema, overlaySchema).default({}),
  consultation: consultationSchema.optional(),
  rectification: rectificationSchema.optional(),
  appraisal: appraisalSchema.optional(),
  training: trainingSchema.optional(),
  care: careSchema.optional(),
  patrols: z.array(patrolSchema).max(16).default([]),
  dailyList: dailyListSchema.optional(),
});
export type Playbook = z.infer<typeof playbookSchema>;

/** What a playbook sorts and routes by. */
export interface MatterFacts {
  readonly source: MatterSource;
  /** Of a device's or the system's alert. */
  readonly event?: EventKind;
  /** Of a person's report. */
  readonly report?: ReportCategory;
  /** What a person has chosen by name, above the two others. */
  readonly category?: string;
  readonly severity: 1 | 2 | 3 | 4;
  readonly confirmed: boolean;
  /** Level of the unit that raised it, where it has one. */
  readonly level?: number;
}
