import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allows, isAnswered, type LegEvent, type LegProgress, legStates, queuedLeg, stepLeg } from './leg.js';

const T0 = new Date('2026-03-02T01:00:00Z');
const at = (seconds: number): Date => new Date(T0.getTime() + seconds * 1000);
const fresh = queuedLeg({ within: 30_000, settle: 3_600_000 }, T0);

/** The leg after events that come ten seconds apart. */
function after(...events: readonly LegEvent[]): LegProgress {
  let leg = fresh;
  for (const [index, event] of events.entries()) leg = stepLeg(leg, event, at(10 * (index + 1)));
  return leg;
}

describe('a leg', () => {
  it('is sent, delivered, read, acknowledged, accepted and resolved, and says when each was', () => {
    const leg = after(
      { type: 'sent' },
      { type: 'delivered', receipt: { status: 200 } },
      { type: 'read' },
      { type: 'acknowledged', by: 'a1' },
      { type: 'accepted', by: 'a1' },
      { type: 'resolved', by: 'a1' },
    );
    expect(leg).toMatchObject({ state: 'resolved', by: 'a1', dueAt: null, receipt: { status: 200 } });
    expect(leg.at).toEqual({
      queued: at(0),
      sent: at(10),
      delivered: at(20),
      read: at(30),
      acknowledged: at(40),
      accepted: at(50),
      resolved: at(60),
    });
  });

  it('has a timer of its own until somebody answers', () => {
    expect(after({ type: 'sent' }, { type: 'read' }).dueAt).toEqual(at(30));
    expect(after({ type: 'acknowledged' }).dueAt).toBeNull();
  });

  it('is tried again after a refusal, with the same timer', () => {
    const leg = after({ type: 'refused', reason: 'HTTP 500', again: at(25) });
    expect(leg).toMatchObject({ state: 'queued', reason: 'HTTP 500', nextAttemptAt: at(25), dueAt: at(30) });
  });

  it('keeps its timer where it cannot be sent: silence is silence', () => {
    expect(after({ type: 'failed', reason: 'HTTP 410' })).toMatchObject({ state: 'failed', dueAt: at(30) });
  });

  it('takes an answer that comes too late, and shows both times', () => {
    const leg = after({ type: 'timed-out' }, { type: 'acknowledged', by: 'a1' });
    expect(leg).toMatchObject({ state: 'acknowledged', at: { 'timed-out': at(10), acknowledged: at(20) } });
  });

  it('comes back with a reason, and may be taken up again', () => {
    const back = after({ type: 'accepted', by: 'a1' }, { type: 'returned', by: 'a1', reason: 'not ours' });
    expect(back).toMatchObject({ state: 'returned', reason: 'not ours' });
    expect(stepLeg(back, { type: 'accepted', by: 'a2' }, at(40))).toMatchObject({ state: 'accepted', by: 'a2' });
  });

  it('is withdrawn only while nobody has been told: its timer ends, and that is no answer', () => {
    const leg = after({ type: 'withdrawn' });
    expect(leg).toMatchObject({ state: 'withdrawn', dueAt: null, nextAttemptAt: null });
    expect(isAnswered(leg.state)).toBe(false);
  });

  it.each<[string, LegEvent[]]>([
    ['a receipt after the answer', [{ type: 'acknowledged' }, { type: 'delivered' }]],
    ['an answer after the end', [{ type: 'resolved' }, { type: 'returned', reason: 'late' }]],
    ['a withdrawal of what somebody has been told', [{ type: 'sent' }, { type: 'withdrawn' }]],
    ['a second sending', [{ type: 'sent' }, { type: 'sent' }]],
    ['a time-out of what is in hand', [{ type: 'accepted' }, { type: 'timed-out' }]],
    ['an answer of who has handed it over', [{ type: 'handed-over', reason: 'shift' }, { type: 'accepted' }]],
  ])('refuses %s', (_, events) => {
    expect(() => after(...events)).toThrow(expect.objectContaining({ code: 'leg.wrong-step' }));
  });
});

const anyEvent: fc.Arbitrary<LegEvent> = fc.oneof(
  fc.constantFrom<LegEvent['type']>('sent', 'delivered').map((type) => ({ type }) as LegEvent),
  fc.constantFrom('read', 'acknowledged', 'accepted', 'resolved').map((type) => ({ type, by: 'a1' }) as LegEvent),
  fc.constantFrom('returned', 'handed-over', 'failed').map((type) => ({ type, reason: 'r' }) as LegEvent),
  fc.constantFrom<LegEvent>({ type: 'timed-out' }, { type: 'withdrawn' }),
  fc.constant<LegEvent>({ type: 'refused', reason: 'r', again: at(99_999) }),
);

describe('whatever happens to a leg', () => {
  it('it refuses with leg.wrong-step or goes on; it never runs in a circle, and its times never go back', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let leg = fresh;
        let moves = 0;
        for (const [index, event] of events.entries()) {
          const now = at(index + 1);
          if (!allows(leg.state, event.type)) {
            expect(() => stepLeg(leg, event, now)).toThrow(expect.objectContaining({ code: 'leg.wrong-step' }));
            continue;
          }
          const next = stepLeg(leg, event, now);
          if (next.state !== leg.state && event.type !== 'returned') moves += 1;
          expect(next.at[next.state]?.getTime()).toBeGreaterThanOrEqual(leg.at[leg.state]?.getTime() ?? 0);
          leg = next;
        }
        const returns = events.filter(({ type }) => type === 'returned').length;
        expect(moves).toBeLessThanOrEqual(legStates.length + 2 * returns);
      }),
    );
  });

  it('its timer runs exactly as long as nobody has answered and it has not run out', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let leg = fresh;
        for (const event of events) if (allows(leg.state, event.type)) leg = stepLeg(leg, event, at(5));
        const over =
          isAnswered(leg.state) ||
          'timed-out' in leg.at ||
          'withdrawn' in leg.at ||
          Object.keys(leg.at).some((state) => isAnswered(state as LegProgress['state']));
        expect(leg.dueAt === null).toBe(over);
      }),
    );
  });

  it('who has handed it over or settled it is never asked again', () => {
    for (const end of ['resolved', 'handed-over'] as const) {
      const events = [
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
        'refused',
      ] as const;
      expect(events.filter((event) => allows(end, event))).toEqual([]);
    }
  });
});
