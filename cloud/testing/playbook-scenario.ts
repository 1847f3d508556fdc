import { eventKinds, idSchema, severitySchema } from '@angrid/contract';
import { z } from 'zod';
import type { LegEvent } from '../src/dispatch/leg.js';
import type { Matter, UnitAt } from '../src/dispatch/matter.js';
import { keySchema, spanSchema, wordsSchema } from '../src/playbooks/fields.js';
import { effectivePlaybook } from '../src/playbooks/overlays.js';
import { type Playbook, reportCategories } from '../src/playbooks/playbook.js';
import { channels, sources } from '../src/playbooks/routing.js';
import { hoursAt } from '../src/rosters/working-hours.js';
import { workdaysOfChina } from '../src/rosters/workdays.js';
import { MatterStory, sampleMatter } from './matter-story.js';

/** `luhe/town-3/d-12`: a unit by its path; the depth of each part is its level. */
const pathSchema = z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+){0,9}$/);

/** Where a push has come: every key that stands here is the leg's. */
const legSchema = z.strictObject({
  to: keySchema,
  at: pathSchema.optional(),
  channel: z.enum(channels).optional(),
  role: keySchema.optional(),
  is: z.string().optional(),
});

const expectationSchema = z.strictObject({
  /** Exactly those who have been told until now, each once, in order. */
  told: z.array(keySchema).max(64).optional(),
  legs: z.array(legSchema).max(32).default([]),
  /** Who knew how long after the beginning, at the latest. */
  knew: z.record(keySchema, spanSchema).default({}),
  /** Said before it happens: who is silent, when that escalates, and to whom; null where no timer runs. */
  escalates: z
    .strictObject({ role: keySchema, in: spanSchema, to: z.array(keySchema) })
    .nullable()
    .optional(),
});
export type Expectation = z.infer<typeof expectationSchema>;

const stepSchema = z.strictObject({
  /** Since the step before; in silence until then. */
  after: spanSchema.optional(),
  /** A second source agrees, or a person has confirmed it. */
  confirmed: z.literal(true).optional(),
  act: z
    .strictObject({
      who: keySchema,
      does: z.enum(['acknowledged', 'accepted', 'resolved', 'returned', 'handed-over']),
      reason: z.string().optional(),
    })
    .optional(),
  /** The matter is settled. */
  over: z.literal(true).optional(),
  expect: expectationSchema.optional(),
});

const scenarioSchema = z.strictObject({
  id: keySchema,
  /** The statement of the report that it shows. */
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

/** Stories of one playbook, as timelines on a virtual clock. */
export const scenarioFileSchema = z.strictObject({
  playbook: keySchema,
  scenarios: z.array(scenarioSchema).min(2).max(40),
});

export interface Telling {
  readonly told: readonly string[];
  readonly story: MatterStory;
}

/** Plays a scenario step by step, and hands what each step expects to `check`, with the story as it stands then. */
export function playScenario(
  playbook: Playbook,
  scenario: PlaybookScenario,
  check: (expected: Expectation, telling: Telling, step: number) => void,
): void {
  const begin = new Date(scenario.at);
  const switchedOn = scenario.overlays.map(({ overlay, from, to }) => ({
    overlay,
    from: new Date(from),
    to: new Date(to),
  }));
  const effective = effectivePlaybook(playbook, switchedOn, begin);
  const hours = hoursAt(effective, begin, { zone: 'Asia/Shanghai', workdays: workdaysOfChina() });
  const story = new MatterStory(effective, matterOf(scenario), { hours });
  for (const [index, { after, confirmed, act, over, expect: expected }] of scenario.steps.entries()) {
    if (after !== undefined) story.pass(after / 1000);
    if (confirmed) story.change({ confirmed });
    if (act) story.answer(act.who, eventOf(act));
    if (over) story.change({ over });
    if (expected) check(expected, { told: [...new Set(story.legs.map(({ to }) => to.id))], story }, index);
  }
}

function matterOf({ matter }: PlaybookScenario): Matter {
  const { own, territory = own, source, severity, event, report, category, device } = matter;
  const { event: _, ...sample } = sampleMatter();
  return {
    ...sample,
    source,
    severity,
    confirmed: source !== 'device',
    signals: device === undefined || event === undefined ? [] : [{ device, kind: event }],
    own: unitsOf(own),
    territory: unitsOf(territory),
    ...(event !== undefined && { event }),
    ...(report !== undefined && { report }),
    ...(category !== undefined && { category }),
  };
}

function unitsOf(path: string): readonly UnitAt[] {
  const parts = path.split('/');
  return parts.map((_, level) => ({ path: parts.slice(0, level + 1).join('/'), level }));
}

function eventOf({ does, reason }: NonNullable<PlaybookScenario['steps'][number]['act']>): LegEvent {
  if (does === 'returned' || does === 'handed-over') return { type: does, reason: reason ?? '' };
  return { type: does };
}
