import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IncidentState } from '../schema.js';
import type { AccountRole } from '../schema-people.js';
import { type ActedOn, allowedActions } from './allowed-actions.js';
import { type IncidentAction, incidentActions, needsNote, stateAfter } from './incident-states.js';
import { noPractices } from './practices.js';

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

  it('is assigned again where it turns out unsolved: settled, called back, or closed', () => {
    expect(walk('acknowledge', 'accept', 'resolve', 'reopen', 'accept', 'resolve', 'close')).toBe('closed');
    expect(walk('acknowledge', 'accept', 'resolve', 'call-back', 'reopen')).toBe('assigned');
    expect(walk('acknowledge', 'accept', 'resolve', 'close', 'reopen')).toBe('assigned');
    expect(needsNote('reopen')).toBe(true);
    for (const state of ['open', 'acknowledged', 'assigned', 'accepted', 'returned'] as const) {
      expect(stateAfter(state, 'reopen')).toBeUndefined();
    }
  });

  it('takes nothing but notes once it is closed, until it is reopened', () => {
    expect(incidentActions.filter((action) => stateAfter('closed', action) !== undefined)).toEqual(['reopen', 'note']);
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

  it('never leaves what is settled but by being reopened, whatever people do', () => {
    const others = incidentActions.filter((action) => action !== 'reopen');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...others)), (actions) => {
        let state: IncidentState = 'resolved';
        for (const action of actions) state = stateAfter(state, action) ?? state;
        expect(['resolved', 'called-back', 'closed']).toContain(state);
      }),
    );
  });
});

describe('what a person may do', () => {
  const roles = ['administrator', 'property-manager', 'police', 'grid-member', 'installer', 'auditor'] as const;
  const anybody = fc.record({
    id: fc.constantFrom('a1', 'a2'),
    role: fc.constantFrom<AccountRole>(...roles),
    duties: fc.subarray(['confirmer', 'station-desk', 'handling-officer', 'responsible-officer']),
  });
  const incident = (part: Partial<ActedOn> = {}): ActedOn => {
    return { state: 'open', confirmed: false, owner: null, merged: false, practices: noPractices, ...part };
  };
  const police = (...duties: readonly string[]) => ({ id: 'a1', role: 'police', duties }) as const;

  it('is always something that the state allows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...states), fc.boolean(), anybody, (state, confirmed, person) => {
        for (const action of allowedActions(incident({ state, confirmed }), person)) {
          expect(stateAfter(state, action)).toBeDefined();
        }
      }),
    );
  });

  it('is nothing for those who manage, install or audit', () => {
    for (const role of ['administrator', 'installer', 'auditor'] as const) {
      expect(allowedActions(incident(), { id: 'a1', role, duties: ['confirmer'] })).toEqual([]);
    }
  });

  it('lets a grid member confirm only on duty as confirmer', () => {
    const member = { id: 'a1', role: 'grid-member' } as const;
    expect(allowedActions(incident(), { ...member, duties: [] })).not.toContain('confirm');
    expect(allowedActions(incident(), { ...member, duties: ['confirmer'] })).toContain('confirm');
  });

  it('leaves nothing to confirm once two sources or a person have', () => {
    expect(allowedActions(incident({ confirmed: true }), police())).not.toContain('confirm');
  });

  it('leaves what somebody has taken to whoever took it first, until it is passed on', () => {
    const taken = (owner: string | null, firstAsked: boolean): ActedOn =>
      incident({ state: 'accepted', confirmed: true, owner, practices: { ...noPractices, firstAsked } });
    expect(allowedActions(taken('a2', true), police())).not.toContain('accept');
    expect(allowedActions(taken('a2', false), police())).toContain('accept');
    expect(allowedActions(taken('a1', false), police())).not.toContain('accept');
    expect(allowedActions(taken(null, true), police())).toContain('accept');
  });

  it('opens again for who decides, and not where its alerts are another incident’s', () => {
    const closed = incident({ state: 'closed', confirmed: true });
    expect(allowedActions(closed, police())).toContain('reopen');
    expect(allowedActions(closed, { id: 'a1', role: 'grid-member', duties: [] })).not.toContain('reopen');
    expect(allowedActions({ ...closed, merged: true }, police())).not.toContain('reopen');
  });

  it('lets those call units together, or set one a deadline, whom the playbook names', () => {
    const practices = { firstAsked: true, consultedBy: ['station-head'], rectifiedBy: ['station-head'] };
    const named = allowedActions(incident({ practices }), police('station-head'));
    expect(named).toEqual(expect.arrayContaining(['consult', 'rectify']));
    expect(allowedActions(incident({ practices }), police('station-desk'))).not.toContain('consult');
    expect(allowedActions(incident(), police('station-head'))).not.toContain('rectify');
  });
});
