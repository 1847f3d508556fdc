import { type EventKind, kindDefinition } from '@angrid/contract';
import type { NormalisedEvent } from '../normalise/index.js';
import { end, endBy } from './alerts.js';
import { expire, occur } from './occurrence.js';
import { type Rule, type RuleStep, unchanged } from './rule.js';
import { type DeviceRuleState, findActive, slotOf } from './state.js';

const NAME = 'direct@1';

/** What rules of their own time, so that their ends are theirs too. A drill of these is only a drill. */
const TIMED: ReadonlySet<EventKind> = new Set([
  'health.offline',
  'health.online',
  'power.mains_lost',
  'power.mains_restored',
]);

/**
 * A device says itself that something is wrong, and no rule of its own (`elsewhere`) looks after it: an alert at once.
 * The kind that ends it ends the alert, whichever rule began it. Where no kind does, it ends after five quiet minutes
 * (see occurrence.ts).
 */
export function direct(elsewhere: ReadonlySet<EventKind>): Rule {
  return {
    name: NAME,
    onEvent: (state, event) => (isOurs(event, elsewhere) ? onEvent(state, event) : unchanged(state)),
    onTick: (state, now) => (state.active.length === 0 ? unchanged(state) : expire(state, now)),
    onSync(state, report, at) {
      const active = report.active ? undefined : findActive(state, report.kind, slotOf(report.channel, false));
      return active === undefined ? unchanged(state) : end(state, [active], at.wall);
    },
  };
}

function isOurs({ item }: NormalisedEvent, elsewhere: ReadonlySet<EventKind>): boolean {
  if (TIMED.has(item.data.kind)) return item.exercise;
  return !elsewhere.has(item.data.kind);
}

function onEvent(state: DeviceRuleState, event: NormalisedEvent): RuleStep {
  const { kind, channel } = event.item.data;
  const { standing, clears } = kindDefinition(kind);
  switch (standing) {
    case 'record':
      return unchanged(state);
    case 'alert':
    case 'supporting':
      return occur(state, event, NAME);
    case 'clears': {
      const active = findActive(state, clears as EventKind, slotOf(channel, event.item.exercise));
      return endBy(state, active, event.item);
    }
  }
}
