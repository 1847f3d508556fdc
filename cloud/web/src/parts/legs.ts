import type { Leg, LegRole, LegState } from '../api/types.js';

/** What a leg's state means at a glance. */
export type LegTone = 'waiting' | 'told' | 'answered' | 'failed';

export function toneOf(state: LegState): LegTone {
  switch (state) {
    case 'queued':
      return 'waiting';
    case 'sent':
    case 'delivered':
      return 'told';
    case 'acknowledged':
    case 'accepted':
    case 'resolved':
      return 'answered';
    case 'returned':
    case 'failed':
    case 'timed-out':
      return 'failed';
  }
}

const order: readonly LegRole[] = [
  'property-manager',
  'confirmer',
  'handling-officer',
  'responsible-officer',
  'four-platforms',
];

/** The three legs of the police; without them the police have not been told. */
export const policeRoles: readonly LegRole[] = ['handling-officer', 'responsible-officer', 'four-platforms'];

/** Property first, then the confirmers rung by rung, then the police. */
export function inOrder(legs: readonly Leg[]): Leg[] {
  return [...legs].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role) || a.rung - b.rung);
}

export function policeTold(legs: readonly Leg[]): boolean {
  return legs.some(({ role }) => policeRoles.includes(role));
}

/** The leg that `silentLeg` speaks of: the highest rung of its role that nobody has answered. */
export function silentLegOf(legs: readonly Leg[], role: LegRole | undefined): Leg | undefined {
  const open = legs.filter((leg) => leg.role === role && toneOf(leg.state) !== 'answered');
  return open.sort((a, b) => b.rung - a.rung)[0];
}
