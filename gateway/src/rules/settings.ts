import type { RuleSettings } from '@angrid/contract';
import type { DeviceRuleSettings } from './rule.js';

/** A door's own limit goes before the site's, and the site's night before its day. */
export function settingsFor(
  rules: RuleSettings,
  device: { readonly night: boolean; readonly heldOpenSeconds?: number | undefined },
): DeviceRuleSettings {
  const { day, night } = rules.heldOpenSeconds;
  return { ...rules, heldOpenSeconds: device.heldOpenSeconds ?? (device.night ? night : day) };
}
