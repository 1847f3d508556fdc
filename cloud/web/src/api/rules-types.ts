import type { Calendar, CompleteRuleSettings, DeviceRules, SiteDevice } from '@angrid/contract';
import type { DeviceRef, Named } from './types.js';

/** What one device has of its own. */
export interface OwnRules {
  readonly id: string;
  readonly heldOpenSeconds: number | null;
  readonly rules: DeviceRules;
  readonly doors: NonNullable<SiteDevice['doors']>;
  readonly behind: string | null;
}

export interface DeviceRulesOf extends OwnRules {
  readonly name: string;
  readonly kind: DeviceRef['kind'];
}

export interface SiteRules {
  readonly compound: Named;
  readonly version: number;
  readonly timezone: string;
  readonly night: string;
  readonly rules: CompleteRuleSettings;
  readonly calendar: Calendar;
  readonly devices: readonly DeviceRulesOf[];
  readonly recommended: CompleteRuleSettings;
  readonly siteVersion: number;
  readonly gateways: readonly (Named & { readonly applied: number })[];
}

export interface RulesChange {
  /** The version that was on the screen. */
  readonly version: number;
  readonly night: string;
  readonly rules: CompleteRuleSettings;
  readonly calendar: Calendar;
  readonly devices: readonly OwnRules[];
}
