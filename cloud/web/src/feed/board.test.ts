import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Incident } from '../api/types.js';
import { sampleAlert, sampleDoor, sampleIncident } from '../testing/samples.js';
import { type Board, doorKey, emptyBoard, mergeEntries, mergeIncident, replaceIncidents } from './board.js';
import type { FeedEntry } from './entry.js';

let position = 0;
function said(body: Incident | null, subject = body?.id ?? 'i1'): FeedEntry {
  position += 1;
  return { topic: 'incident', position, subject, compound: 'c1', at: '', body };
}
const boardOf = (...incidents: Incident[]): Board => replaceIncidents(emptyBoard, incidents);
const held = (board: Board, id = 'i1'): Incident | undefined => board.incidents.get(id);

describe('an incident from the feed', () => {
  it('that is new is shown and raised', () => {
    const { board, raised } = mergeEntries(emptyBoard, [said(sampleIncident())]);
    expect(held(board)?.version).toBe(1);
    expect(raised.map(({ id }) => id)).toEqual(['i1']);
  });

  it('that only goes on is shown, and nobody is called again', () => {
    const { board, raised } = mergeEntries(boardOf(sampleIncident()), [
      said(sampleIncident({ version: 2, state: 'acknowledged' })),
    ]);
    expect(held(board)?.state).toBe('acknowledged');
    expect(raised).toEqual([]);
  });

  it('that becomes more severe calls again', () => {
    const { raised } = mergeEntries(boardOf(sampleIncident({ severity: 3 })), [
      said(sampleIncident({ severity: 1, version: 2 })),
    ]);
    expect(raised.map(({ severity }) => severity)).toEqual([1]);
  });

  it('in an older version than the held one changes nothing', () => {
    const { board } = mergeEntries(boardOf(sampleIncident({ version: 3, state: 'accepted' })), [
      said(sampleIncident({ version: 2 })),
    ]);
    expect(held(board)?.state).toBe('accepted');
  });

  it('that was closed or marked a false alarm before it was seen calls nobody', () => {
    const closed = said(sampleIncident({ id: 'i2', state: 'closed' }));
    const mistaken = said(sampleIncident({ id: 'i3', falseAlarm: true }));
    expect(mergeEntries(emptyBoard, [closed, mistaken]).raised).toEqual([]);
  });

  it('without a body has to be fetched', () => {
    expect([...mergeEntries(emptyBoard, [said(null, 'i9')]).board.stale]).toEqual(['i9']);
  });

  it('leaves the board before it as it was', () => {
    const before = boardOf(sampleIncident());
    mergeEntries(before, [said(sampleIncident({ version: 2, state: 'resolved' }))]);
    expect(held(before)?.state).toBe('open');
  });

  it('repeated or cut into batches in any way, ends at the same board', () => {
    const version = fc.integer({ min: 1, max: 6 });
    const id = fc.constantFrom('i1', 'i2', 'i3');
    fc.assert(
      fc.property(fc.array(fc.tuple(id, version)), fc.nat(8), (story, cut) => {
        const entries = story.map(([name, at]) => said(sampleIncident({ id: name, version: at })));
        const whole = mergeEntries(emptyBoard, entries).board;
        const first = mergeEntries(emptyBoard, entries.slice(0, cut)).board;
        const replayed = mergeEntries(first, entries).board;
        expect([...replayed.incidents].sort()).toEqual([...whole.incidents].sort());
      }),
    );
  });
});

describe('an alert from the feed', () => {
  const entry = (incidentId: string | null): FeedEntry => {
    const body = sampleAlert({ alert: 'a1', state: 'cleared', incidentId });
    return { topic: 'alert', position: 1, subject: 'a1', compound: 'c1', at: '', body };
  };

  it('takes the place of its earlier state in its incident', () => {
    const before = boardOf(sampleIncident({ alerts: [sampleAlert(), sampleAlert({ alert: 'a2' })] }));
    const alerts = held(mergeEntries(before, [entry('i1')]).board)?.alerts ?? [];
    expect(alerts.map(({ alert, state }) => `${alert} ${state}`).sort()).toEqual(['a1 cleared', 'a2 active']);
  });

  it('that is new is shown where all of its incident are, and counted', () => {
    const short = boardOf(sampleIncident({ alerts: [sampleAlert({ alert: 'a2' })], alertCount: 1 }));
    const count = (board: Board) => [held(board)?.alerts.length, held(board)?.alertCount];
    expect(count(mergeEntries(short, [entry('i1')]).board)).toEqual([2, 2]);
    const long = boardOf(sampleIncident({ alerts: [sampleAlert({ alert: 'a2' })], alertCount: 9 }));
    expect(count(mergeEntries(long, [entry('i1')]).board)).toEqual([1, 9]);
  });

  it('of an incident that is not on the board makes it be fetched', () => {
    expect([...mergeEntries(emptyBoard, [entry('i7')]).board.stale]).toEqual(['i7']);
  });

  it('of no incident changes nothing', () => {
    expect(mergeEntries(emptyBoard, [entry(null)]).board).toEqual(emptyBoard);
  });
});

describe('doors and answers', () => {
  it('keeps doors of two compounds with one id apart', () => {
    const [one, two] = [sampleDoor(), sampleDoor({ compound: { id: 'c2', name: 'Other' } })];
    const entries = [one, two].map((body): FeedEntry => ({
      topic: 'device',
      position: 1,
      subject: body.id,
      compound: '',
      at: '',
      body,
    }));
    expect([...mergeEntries(emptyBoard, entries).board.doors.keys()]).toEqual([doorKey(one), doorKey(two)]);
  });

  it('a load that comes late does not undo what the feed has said meanwhile', () => {
    const live = mergeEntries(emptyBoard, [said(sampleIncident({ version: 5, state: 'resolved' }))]).board;
    expect(held(replaceIncidents(live, [sampleIncident({ version: 4 })]))?.state).toBe('resolved');
  });

  it('an answer that the feed has overtaken does not undo it either', () => {
    const live = boardOf(sampleIncident({ version: 5, state: 'resolved' }));
    expect(held(mergeIncident(live, sampleIncident({ version: 4 })))?.state).toBe('resolved');
  });
});
