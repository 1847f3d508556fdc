import type { Leg, LegState } from '../api/types.js';

/** What a leg's state means at a glance. */
export type LegTone = 'waiting' | 'told' | 'answered' | 'failed';

export function toneOf(state: LegState): LegTone {
  switch (state) {
    case 'queued':
    case 'withdrawn':
      return 'waiting';
    case 'sent':
    case 'delivered':
    case 'read':
      return 'told';
    case 'acknowledged':
    case 'accepted':
    case 'resolved':
      return 'answered';
    case 'returned':
    case 'handed-over':
    case 'failed':
    case 'timed-out':
      return 'failed';
  }
}

const order: readonly string[] = [
  'property-manager',
  'confirmer',
  'handling-officer',
  'responsible-officer',
  'four-platforms',
];

/** The three legs of the police; without them the police have not been told. */
export const policeRoles: readonly string[] = ['handling-officer', 'responsible-officer', 'four-platforms'];

function place(role: string): number {
  const known = order.indexOf(role);
  return known === -1 ? order.length : known;
}

/** Property first, then the confirmers rung by rung, then the police, then whom else the playbook names. */
export function inOrder(legs: readonly Leg[]): Leg[] {
  return [...legs].sort((a, b) => place(a.role) - place(b.role) || a.role.localeCompare(b.role) || a.rung - b.rung);
}

export function policeTold(legs: readonly Leg[]): boolean {
  return legs.some(({ role }) => policeRoles.includes(role));
}

/** The leg that `silentLeg` speaks of: the highest rung of its role that nobody has answered. */
export function silentLegOf(legs: readonly Leg[], role: string | undefined): Leg | undefined {
  const open = legs.filter((leg) => leg.role === role && toneOf(leg.state) !== 'answered');
  return open.sort((a, b) => b.rung - a.rung)[0];
}
