import { type EventKind, gatewayTimeSchema, eventKinds, severitySchema } from '@angrid/contract';
import { z } from 'zod';

/** What each part of the state may grow to, whatever a device sends. */
export const stateLimits = { active: 32, doors: 32, denials: 64, recent: 64, eventsOfAlert: 8 } as const;

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
});
export type OpenDoor = z.infer<typeof openDoorSchema>;

const denialSchema = z.object({
  /** The pseudonym, or the door where there is none. It is gone when the window is over. */
  who: z.string().max(128),
  at: gatewayTimeSchema,
  event: z.string().length(64),
});
export type Denial = z.infer<typeof denialSchema>;

/** A small JSON value. Times of two runs of the kernel may stand side by side in it. */
export const ruleStateSchema = z.object({
  version: z.literal(1),
  active: z.array(activeSchema).max(stateLimits.active),
  doors: z.array(openDoorSchema).max(stateLimits.doors),
  denials: z.array(denialSchema).max(stateLimits.denials),
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
