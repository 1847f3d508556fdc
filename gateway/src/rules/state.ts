import { type EventKind, gatewayTimeSchema, eventKinds, severitySchema } from '@angrid/contract';
import { z } from 'zod';

/** What each part of the state may grow to, whatever a device sends. */
export const stateLimits = {
  active: 32,
  doors: 32,
  denials: 24,
  refused: 8,
  mains: 8,
  changes: 32,
  held: 4,
  recent: 16,
  eventsOfAlert: 8,
} as const;

const slotSchema = z.string().max(80);

const activeSchema = z.object({
  /** What and since when; the id of the alert is its hash. */
  key: z.string().max(240),
  rule: z.string().max(96),
  kind: z.enum(eventKinds),
  severity: severitySchema,
  slot: slotSchema,
  channel: z.string().max(64).optional(),
  exercise: z.boolean(),
  since: gatewayTimeSchema,
  /** When it was last told again. */
  last: gatewayTimeSchema,
  events: z.array(z.string().length(64)).max(stateLimits.eventsOfAlert),
});
export type ActiveAlert = z.infer<typeof activeSchema>;

const openDoorSchema = z.object({
  slot: slotSchema,
  channel: z.string().max(64).optional(),
  exercise: z.boolean(),
  since: gatewayTimeSchema,
  event: z.string().length(64),
  /** The period whose limit it is timed by, and since when where that is not since it was opened. */
  period: z.string().max(64).optional(),
  armed: gatewayTimeSchema.optional(),
  /** True where it was told in this period. */
  told: z.boolean().optional(),
});
export type OpenDoor = z.infer<typeof openDoorSchema>;

const denialSchema = z.object({
  /** The pseudonym, or the door where there is none. It is gone when the window is over. */
  who: z.string().max(128),
  at: gatewayTimeSchema,
  event: z.string().length(64),
});
export type Denial = z.infer<typeof denialSchema>;

const refusalSchema = z.object({
  slot: slotSchema,
  /** The pseudonym; gone within a minute at the most. */
  who: z.string().max(128),
  at: gatewayTimeSchema,
  event: z.string().length(64),
});
export type Refusal = z.infer<typeof refusalSchema>;

const outageSchema = z.object({
  slot: slotSchema,
  channel: z.string().max(64).optional(),
  since: gatewayTimeSchema,
  event: z.string().length(64),
  /** The mains are back since then, and not yet for long enough. */
  back: gatewayTimeSchema.optional(),
});
export type MainsOutage = z.infer<typeof outageSchema>;

const heldSchema = z.object({
  /** The alert that is kept back: see inhibit.ts. */
  key: z.string().max(240),
  /** Since when nothing that it hangs behind is down; none while something is. */
  free: gatewayTimeSchema.optional(),
});
export type HeldAlert = z.infer<typeof heldSchema>;

/** A small JSON value. Times of two runs of the kernel may stand side by side in it. */
export const ruleStateSchema = z.object({
  version: z.literal(1),
  active: z.array(activeSchema).max(stateLimits.active),
  doors: z.array(openDoorSchema).max(stateLimits.doors),
  denials: z.array(denialSchema).max(stateLimits.denials),
  refused: z.array(refusalSchema).max(stateLimits.refused).default([]),
  mains: z.array(outageSchema).max(stateLimits.mains).default([]),
  /** When it went or came back lately. */
  changes: z.array(gatewayTimeSchema).max(stateLimits.changes).default([]),
  held: z.array(heldSchema).max(stateLimits.held).default([]),
  life: z.object({
    /** Last sign of life. Kept in memory; written only with something else. */
    seen: gatewayTimeSchema.optional(),
    /** The device said, or its connection showed, that it is gone. */
    lost: gatewayTimeSchema.optional(),
    /** It came back while the alert was active, and has not gone again. */
    back: gatewayTimeSchema.optional(),
  }),
  /** Ids of events that changed something: the same one again changes nothing. */
  recent: z.array(z.string().length(64)).max(stateLimits.recent),
});
export type DeviceRuleState = z.infer<typeof ruleStateSchema>;

export const emptyRuleState: DeviceRuleState = {
  version: 1,
  active: [],
  doors: [],
  denials: [],
  refused: [],
  mains: [],
  changes: [],
  held: [],
  life: {},
  recent: [],
};

/** Reads a stored state; anything else, such as one of a newer version, begins anew. */
export function readRuleState(json: string | undefined): DeviceRuleState {
  if (json === undefined) return emptyRuleState;
  const result = ruleStateSchema.safeParse(parsed(json));
  return result.success ? result.data : emptyRuleState;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Where an alert or a door belongs: its channel, and apart from that whether it is a drill. A drill never hides, joins
 * or ends anything real.
 */
export function slotOf(channel: string | undefined, exercise: boolean): string {
  return `${exercise ? 'exercise:' : ''}${channel ?? ''}`;
}

export function findActive(state: DeviceRuleState, kind: EventKind, slot: string): ActiveAlert | undefined {
  return state.active.find((alert) => alert.kind === kind && alert.slot === slot);
}

/** The newest `limit` of a list. */
export function newest<T>(list: readonly T[], limit: number): T[] {
  return list.length <= limit ? [...list] : list.slice(list.length - limit);
}
