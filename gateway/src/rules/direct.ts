import { type EventKind, kindDefinition } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { end } from './alerts.js';
import { expire, occur } from './occurrence.js';
import { type Rule, type RuleStep, unchanged } from './rule.js';
import { type DeviceRuleState, findActive, slotOf } from './state.js';

const NAME = 'direct@1';

/** True for what a rule of its own looks after. A drill of an offline device is only a drill. */
function isElsewhere(kind: EventKind, exercise: boolean): boolean {
  return kind === 'door.forced' || (!exercise && (kind === 'health.offline' || kind === 'health.online'));
}

/**
 * A device says itself that something is wrong (duress, fire, tamper, SOS, motion): an alert at once. The kind that
 * ends it ends the alert. Where no kind does, it ends after five quiet minutes (see occurrence.ts).
 */
export const direct: Rule = {
  name: NAME,
  onEvent,
  onTick: (state, now) => (state.active.length === 0 ? unchanged(state) : expire(state, now)),
  onSync(state, report, at) {
    const active = report.active ? undefined : findActive(state, report.kind, slotOf(report.channel, false));
    return active === undefined ? unchanged(state) : end(state, [active], at.wall);
  },
};

function onEvent(state: DeviceRuleState, event: NormalisedEvent): RuleStep {
  const { kind, channel } = event.item.data;
  if (isElsewhere(kind, event.item.exercise)) return unchanged(state);
  const { standing, clears } = kindDefinition(kind);
  switch (standing) {
    case 'record':
      return unchanged(state);
    case 'alert':
    case 'supporting':
      return occur(state, event, NAME);
    case 'clears': {
      const active = findActive(state, clears as EventKind, slotOf(channel, event.item.exercise));
      return active === undefined ? unchanged(state) : end(state, [active], event.item.time);
    }
  }
}
