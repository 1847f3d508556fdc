import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IncidentState } from '../schema.js';
import type { AccountRole } from '../schema-people.js';
import { allowedActions } from './allowed-actions.js';
import { type IncidentAction, incidentActions, stateAfter } from './incident-states.js';

const states = [
  'open',
  'acknowledged',
  'assigned',
  'accepted',
  'resolved',
  'closed',
  'returned',
  'called-back',
] as const satisfies readonly IncidentState[];

const walk = (...actions: readonly IncidentAction[]): IncidentState | undefined => {
  let state: IncidentState | undefined = 'open';
  for (const action of actions) state = state && stateAfter(state, action);
  return state;
};

describe('an incident', () => {
  it('goes from open to closed by the usual steps', () => {
    expect(walk('acknowledge', 'assign', 'accept', 'resolve', 'close')).toBe('closed');
    expect(walk('acknowledge', 'accept', 'resolve', 'call-back', 'close')).toBe('closed');
  });

  it('comes back to be assigned again', () => {
    expect(walk('acknowledge', 'assign', 'return')).toBe('returned');
    expect(walk('acknowledge', 'assign', 'return', 'assign', 'accept')).toBe('accepted');
  });

  it('is not closed before somebody has resolved it', () => {
    for (const state of ['open', 'acknowledged', 'assigned', 'accepted', 'returned'] as const) {
      expect(stateAfter(state, 'close')).toBeUndefined();
    }
  });

  it('takes nothing but notes once it is closed', () => {
    expect(incidentActions.filter((action) => stateAfter('closed', action) !== undefined)).toEqual(['note']);
  });

  it('is closed as a false alarm from every other state', () => {
    for (const state of states)
      expect(stateAfter(state, 'false-alarm')).toBe(state === 'closed' ? undefined : 'closed');
  });

  it('keeps its state when it is confirmed, handed over or noted', () => {
    for (const state of states) {
      for (const action of ['confirm', 'hand-over', 'note'] as const) {
        expect([undefined, state]).toContain(stateAfter(state, action));
      }
    }
  });

  it('never leaves closed, whatever people do', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...incidentActions)), (actions) => {
        let state: IncidentState = 'closed';
        for (const action of actions) state = stateAfter(state, action) ?? state;
        expect(state).toBe('closed');
      }),
    );
  });
});

describe('what a person may do', () => {
  const roles = ['administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor'] as const;
  const anybody = fc.record({
    role: fc.constantFrom<AccountRole>(...roles),
    duties: fc.subarray(['confirmer', 'station-desk', 'handling-officer', 'responsible-officer']),
  });

  it('is always something that the state allows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...states), fc.boolean(), anybody, (state, confirmed, person) => {
        for (const action of allowedActions({ state, confirmed }, person)) {
          expect(stateAfter(state, action)).toBeDefined();
        }
      }),
    );
  });

  it('is nothing for those who manage, install or audit', () => {
    for (const role of ['administrator', 'installer', 'auditor'] as const) {
      expect(allowedActions({ state: 'open', confirmed: false }, { role, duties: ['confirmer'] })).toEqual([]);
    }
  });

  it('lets a grid member confirm only on duty as confirmer', () => {
    const open = { state: 'open', confirmed: false } as const;
    expect(allowedActions(open, { role: 'grid-member', duties: [] })).not.toContain('confirm');
    expect(allowedActions(open, { role: 'grid-member', duties: ['confirmer'] })).toContain('confirm');
  });

  it('leaves nothing to confirm once two sources or a person have', () => {
    expect(allowedActions({ state: 'open', confirmed: true }, { role: 'police', duties: [] })).not.toContain('confirm');
  });
});
