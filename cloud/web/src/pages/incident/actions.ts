import { stageOf } from '../../feed/wall-filter.js';
import type { IncidentAction, IncidentState } from '../../api/types.js';

/** The way an incident usually goes; the first that is allowed is the next step. */
const path: readonly IncidentAction[] = ['acknowledge', 'assign', 'accept', 'resolve', 'call-back', 'close'];

export type ActionGroup = 'next' | 'more' | 'decide';

export interface OfferedAction {
  readonly action: IncidentAction;
  readonly group: ActionGroup;
}

const saying: readonly IncidentAction[] = ['return', 'reopen', 'hand-over', 'consult', 'rectify', 'note'];

/** These say nothing without words. */
export function needsNote(action: IncidentAction): boolean {
  return saying.includes(action);
}

/** Somebody else may acknowledge for himself what is in hand already, but that is no step forward. */
function wayFrom(state: IncidentState): readonly IncidentAction[] {
  if (stageOf(state) === 'waiting') return path;
  return [...path.filter((action) => action !== 'acknowledge'), 'acknowledge'];
}

/** What is offered, the next step first. Note and hand-over have a place of their own. */
export function offered(allowed: readonly IncidentAction[], state: IncidentState): OfferedAction[] {
  const steps = wayFrom(state).filter((action) => allowed.includes(action));
  const [next, ...later] = steps;
  const back = allowed.filter((action) => action === 'return' || action === 'reopen');
  const more: IncidentAction[] = [...later, ...back];
  const decide = allowed.filter((action) => action === 'confirm' || action === 'false-alarm');
  return [
    ...(next === undefined ? [] : [{ action: next, group: 'next' as const }]),
    ...more.map((action) => ({ action, group: 'more' as const })),
    ...decide.map((action) => ({ action, group: 'decide' as const })),
  ];
}
