import type { IncidentState } from '../schema.js';

/** What a person can do with an incident. */
export const incidentActions = [
  'acknowledge',
  'assign',
  'accept',
  'resolve',
  'close',
  'return',
  'call-back',
  'reopen',
  'confirm',
  'false-alarm',
  'hand-over',
  'consult',
  'rectify',
  'note',
] as const;
export type IncidentAction = (typeof incidentActions)[number];

type Transitions = Partial<Record<IncidentState, IncidentState>>;

/** In the state it was in before. */
const stays = (...states: readonly IncidentState[]): Transitions =>
  Object.fromEntries(states.map((state) => [state, state]));
const to = (next: IncidentState, ...states: readonly IncidentState[]): Transitions =>
  Object.fromEntries(states.map((state) => [state, next]));

const notResolved = ['open', 'acknowledged', 'assigned', 'accepted', 'returned'] as const;
const notClosed = [...notResolved, 'resolved', 'called-back'] as const;

/**
 * open → acknowledged 签收 → assigned 交办 → accepted 受理 → resolved 办结 → closed 归档, with returned 退回 (to be
 * assigned again) and called-back 回访. An incident that somebody has acknowledged may be acknowledged by others too:
 * their own legs are answered by it. What is accepted is accepted anew where its owner has passed it on. Several units
 * are called together (consult) and a unit is set a deadline (rectify) beside all that. Nothing closes by itself, and
 * what was settled is open again only where a person says why, as after a call-back that found it unsolved (reopen).
 */
const transitions: Readonly<Record<IncidentAction, Transitions>> = {
  acknowledge: { ...stays(...notResolved), ...to('acknowledged', 'open', 'returned') },
  assign: to('assigned', 'open', 'acknowledged', 'returned'),
  accept: to('accepted', 'acknowledged', 'assigned', 'accepted'),
  resolve: to('resolved', 'accepted'),
  close: to('closed', 'resolved', 'called-back'),
  return: to('returned', 'assigned', 'accepted'),
  'call-back': to('called-back', 'resolved'),
  reopen: to('assigned', 'resolved', 'called-back', 'closed'),
  confirm: stays(...notResolved),
  'false-alarm': to('closed', ...notClosed),
  'hand-over': stays(...notClosed),
  consult: stays(...notResolved),
  rectify: stays(...notClosed),
  note: stays(...notClosed, 'closed'),
};

/** The state after an action; undefined where the state does not allow it. */
export function stateAfter(state: IncidentState, action: IncidentAction): IncidentState | undefined {
  return transitions[action][state];
}

const saying: readonly IncidentAction[] = ['return', 'reopen', 'hand-over', 'consult', 'rectify', 'note'];

/** Actions that say nothing without words. */
export function needsNote(action: IncidentAction): boolean {
  return saying.includes(action);
}
