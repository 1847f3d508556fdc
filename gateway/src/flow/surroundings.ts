import type { KnownDevice } from '../pipeline.js';
import { isDown, type DeviceRuleSettings, type DeviceRuleState, type Surroundings } from '../rules/index.js';

/** However rarely the device ahead speaks, an alert waits no longer. */
const MOST_MS = 10 * 60 * 1000;
/** The device ahead is looked at once a second, as this one is. */
const TICKS_MS = 2000;

export interface Neighbourhood {
  /** What the device hangs behind, the nearest first. */
  ahead(device: string): readonly string[];
  find(device: string): KnownDevice | undefined;
  stateOf(device: string): DeviceRuleState;
  settingsOf(device: string): DeviceRuleSettings;
}

/** How those are that a device hangs behind; undefined where it hangs behind no paired device, or the site does not ask. */
export function surroundingsOf(device: string, near: Neighbourhood): Surroundings | undefined {
  const ids = near.ahead(device);
  if (ids.length === 0 || !near.settingsOf(device).inhibition.on) return undefined;
  const ahead = ids.flatMap((id) => near.find(id) ?? []);
  if (ahead.length === 0) return undefined;
  const waits = ahead.map(({ device: { id }, profile }) => {
    const seconds = (profile.offlineAfterSeconds ?? 0) + near.settingsOf(id).offlineGraceSeconds;
    return seconds * 1000 + TICKS_MS;
  });
  return {
    isDown: ahead.some(({ device: { id } }) => isDown(near.stateOf(id))),
    holdMs: Math.min(MOST_MS, Math.max(...waits)),
  };
}
