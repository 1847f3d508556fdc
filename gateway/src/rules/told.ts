import { type EventKind } from '@angrid/contract';
import { occur } from './occurrence.js';
import { type DeviceRuleSettings, type Rule, unchanged } from './rule.js';

interface Told {
  /** `name@version`. */
  readonly name: string;
  readonly kinds: readonly EventKind[];
  /** Whether it is on now; without one there is no switch. */
  on?(settings: DeviceRuleSettings): boolean;
}

/**
 * A rule that says what the device itself says: an alert at once. The kind that ends it ends the alert, also while the
 * rule is off (rule `direct`).
 */
export function told({ name, kinds, on = () => true }: Told): Rule {
  return {
    name,
    kinds,
    hears: kinds,
    onEvent: (state, event, settings) => (on(settings) ? occur(state, event, name) : unchanged(state)),
  };
}
