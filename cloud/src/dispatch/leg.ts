import { AnGridError } from '@angrid/contract';

/** What can have become of a push. */
export const legStates = [
  'queued',
  'sent',
  'delivered',
  'read',
  'acknowledged',
  'accepted',
  'resolved',
  'returned',
  'handed-over',
  'timed-out',
  'failed',
  'withdrawn',
] as const;
export type LegState = (typeof legStates)[number];

/** Nobody has answered yet: its timer runs. */
export const waitingStates = ['queued', 'sent', 'delivered', 'read'] as const satisfies readonly LegState[];
const unanswered = [...waitingStates, 'timed-out', 'failed', 'withdrawn'] as const satisfies readonly LegState[];
const inHand = [...unanswered, 'acknowledged', 'accepted'] as const satisfies readonly LegState[];

/**
 * From which states a leg gets into a state. It only goes on: a receipt that comes after the answer changes nothing, an
 * answer that comes after the timer still counts as one, and shows its time. What was returned may be taken up again.
 */
const before: Readonly<Record<Exclude<LegState, 'queued'>, readonly LegState[]>> = {
  sent: ['queued'],
  delivered: ['queued', 'sent'],
  read: ['queued', 'sent', 'delivered'],
  acknowledged: unanswered,
  accepted: [...unanswered, 'acknowledged', 'returned'],
  resolved: inHand,
  returned: inHand,
  'handed-over': inHand,
  'timed-out': waitingStates,
  failed: ['queued', 'sent'],
  withdrawn: ['queued'],
};

/** What happens to a leg. Each names the state that it leads to, but for `refused`, after which it is tried again. */
export type LegEvent =
  | { readonly type: 'sent' | 'delivered'; readonly receipt?: object }
  | { readonly type: 'read' | 'acknowledged' | 'accepted' | 'resolved'; readonly by?: string }
  | { readonly type: 'returned' | 'handed-over'; readonly by?: string; readonly reason: string }
  /** withdrawn: the matter was over before anybody was told. */
  | { readonly type: 'timed-out' | 'withdrawn' }
  | { readonly type: 'failed'; readonly reason: string; readonly receipt?: object }
  | { readonly type: 'refused'; readonly reason: string; readonly again: Date; readonly receipt?: object };

/** One push as far as it has come. */
export interface LegProgress {
  readonly state: LegState;
  /** When it came into each state that it has been in. */
  readonly at: Readonly<Partial<Record<LegState, Date>>>;
  /** Until when somebody should have answered; null where no timer runs. */
  readonly dueAt: Date | null;
  /** Until when the matter should be settled. */
  readonly settleAt: Date | null;
  /** When it is tried next; null where nothing is left to send. */
  readonly nextAttemptAt: Date | null;
  /** Account that answered. */
  readonly by: string | null;
  /** Why it came back, went on or could not be sent. */
  readonly reason: string | null;
  /** What the receiver said last. */
  readonly receipt: object | null;
}

export interface LegTimers {
  /** To the first answer, ms. */
  readonly within?: number | undefined;
  /** To the end of the matter, ms. */
  readonly settle?: number | undefined;
}

export function queuedLeg({ within, settle }: LegTimers, now: Date): LegProgress {
  const after = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(now.getTime() + ms));
  return {
    state: 'queued',
    at: { queued: now },
    dueAt: after(within),
    settleAt: after(settle),
    nextAttemptAt: now,
    by: null,
    reason: null,
    receipt: null,
  };
}

/** The leg after the event. Throws leg.wrong-step where its state does not allow it. */
export function stepLeg(leg: LegProgress, event: LegEvent, now: Date): LegProgress {
  if (!allows(leg.state, event.type)) {
    throw new AnGridError('leg.wrong-step', { op: 'leg.step', detail: `${leg.state}: ${event.type}` });
  }
  const reason = 'reason' in event ? event.reason : null;
  const receipt = ('receipt' in event ? event.receipt : undefined) ?? leg.receipt;
  if (event.type === 'refused') return { ...leg, reason, receipt, nextAttemptAt: event.again };
  return {
    ...leg,
    state: event.type,
    at: { ...leg.at, [event.type]: now },
    dueAt: stopsTimer(event.type) ? null : leg.dueAt,
    nextAttemptAt: null,
    by: ('by' in event ? event.by : undefined) ?? leg.by,
    reason,
    receipt,
  };
}

/** Whether a leg in this state may take the event. */
export function allows(state: LegState, event: LegEvent['type']): boolean {
  return event === 'refused' ? state === 'queued' : before[event].includes(state);
}

/** Somebody has answered it, whatever the answer. */
export function isAnswered(state: LegState): boolean {
  return !(unanswered as readonly LegState[]).includes(state);
}

/** A push that cannot be sent leaves its timer running: its silence is the next rung's matter. */
function stopsTimer(state: LegState): boolean {
  return state === 'timed-out' || state === 'withdrawn' || isAnswered(state);
}
