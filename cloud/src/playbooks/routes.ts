import type { Classified } from './classify.js';
import { mayBeCalled } from './officer-rule.js';
import type { MatterFacts, Playbook } from './playbook.js';
import type { Condition, Leg } from './routing.js';

/** A matter as the routing table sees it. */
export type Situation = Pick<MatterFacts, 'source' | 'severity' | 'confirmed' | 'level'> &
  Pick<Classified, 'category' | 'police'> & { readonly hours: 'working' | 'off' };

export interface RoutedLeg extends Leg {
  /** Id of the route that gave it. */
  readonly route: string;
}

/**
 * The legs that the routing table gives a matter as it is now, one a role: the first route that names a role decides it.
 * An unconfirmed signal of a device reaches no officer, whatever stands in the playbook.
 */
export function legsOf(playbook: Playbook, situation: Situation): readonly RoutedLeg[] {
  const legs = new Map<string, RoutedLeg>();
  for (const { id, when, legs: given } of playbook.routes) {
    if (!holds(when, situation)) continue;
    for (const leg of given) {
      if (!legs.has(leg.role) && mayBeCalled(playbook, leg.to, situation)) legs.set(leg.role, { ...leg, route: id });
    }
  }
  return [...legs.values()];
}

export function holds(when: Condition, situation: Situation): boolean {
  const oneOf = <T>(listed: readonly T[] | undefined, value: T): boolean =>
    listed === undefined || listed.includes(value);
  const same = <T>(wanted: T | undefined, value: T): boolean => wanted === undefined || wanted === value;
  return (
    oneOf(when.category, situation.category) &&
    same(when.police, situation.police) &&
    same(when.hours, situation.hours) &&
    oneOf(when.source, situation.source) &&
    same(when.confirmed, situation.confirmed) &&
    oneOf(when.severity, situation.severity) &&
    (when.level === undefined || (situation.level !== undefined && when.level.includes(situation.level)))
  );
}
