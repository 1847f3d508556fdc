import type { GatewayTime } from '@angrid/contract';
import type { KnownDevice } from '../pipeline.js';
import {
  isDown,
  type DeviceRuleSettings,
  type DeviceRuleState,
  type RuleContext,
  type Surroundings,
} from '../rules/index.js';

/** However rarely the device ahead speaks, an alert waits no longer. */
const MOST_MS = 10 * 60 * 1000;
/** The device ahead is looked at once a second, as this one is. */
const TICKS_MS = 2000;

/** The operator's broker, by way of which a device speaks. */
export interface Meeting {
  readonly isDown: boolean;
  /** Since when it is there, or is not. */
  readonly since: GatewayTime;
  /** In this time its loss is noticed. */
  readonly noticedMs: number;
}

export interface Neighbourhood {
  /** What the device hangs behind, the nearest first. */
  ahead(device: string): readonly string[];
  find(device: string): KnownDevice | undefined;
  stateOf(device: string): DeviceRuleState;
  settingsOf(device: string): DeviceRuleSettings;
}

/**
 * How those are that a device hangs behind; undefined where it hangs behind no paired device, or the site does not ask.
 * `meeting`: where it speaks by way of the operator's broker, and the site asks for that.
 */
export function surroundingsOf(
  device: string,
  meeting: Meeting | undefined,
  near: Neighbourhood,
): Surroundings | undefined {
  const ids = near.ahead(device);
  if ((ids.length === 0 && meeting === undefined) || !near.settingsOf(device).inhibition.on) return undefined;
  const ahead = ids.flatMap((id) => near.find(id) ?? []);
  if (ahead.length === 0 && meeting === undefined) return undefined;
  const waits = ahead.map(({ device: { id }, profile }) => {
    const seconds = (profile.offlineAfterSeconds ?? 0) + near.settingsOf(id).offlineGraceSeconds;
    return seconds * 1000 + TICKS_MS;
  });
  if (meeting !== undefined) waits.push(meeting.noticedMs + TICKS_MS);
  return {
    isDown: meeting?.isDown === true || ahead.some(({ device: { id } }) => isDown(near.stateOf(id))),
    holdMs: Math.min(MOST_MS, Math.max(...waits)),
  };
}

/** The silence of a device counts only while its broker would have brought what it says. */
export function listening(context: RuleContext, meeting: Meeting | undefined): RuleContext {
  if (meeting === undefined) return context;
  return meeting.isDown ? { startedAt: context.startedAt } : { ...context, startedAt: meeting.since };
}
