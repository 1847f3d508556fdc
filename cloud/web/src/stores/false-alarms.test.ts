import { beforeEach, expect, test } from '@jest/globals';
import { sampleIncident } from '../testing/samples.js';
import { ManualClock } from '../time/manual-clock.js';
import { createFalseAlarms, type FalseAlarms, UNDO_MS } from './false-alarms.js';

let clock: ManualClock;
let sent: string[];
let falseAlarms: FalseAlarms;
const incident = sampleIncident();

beforeEach(() => {
  clock = new ManualClock(1000);
  sent = [];
  falseAlarms = createFalseAlarms(clock, ({ id }, note) => sent.push(`${id} ${note}`));
});

test('a mark is sent after the pause, once', () => {
  falseAlarms.mark(incident, 'cat');
  falseAlarms.mark(incident, 'cat');
  expect(falseAlarms.dueAt('i1')).toBe(1000 + UNDO_MS);
  clock.advance(UNDO_MS);
  expect(sent).toEqual(['i1 cat']);
  expect(falseAlarms.dueAt('i1')).toBeUndefined();
});

test('a reason is asked for, with what was written already, until there is one', () => {
  falseAlarms.ask(incident, 'ca');
  expect(falseAlarms.asked.value).toEqual({ incident, note: 'ca' });
  falseAlarms.mark(incident, 'cat');
  expect(falseAlarms.asked.value).toBeUndefined();
});

test('a mark that still waits is not sent by whoever comes next', () => {
  falseAlarms.mark(incident, 'cat');
  falseAlarms.undoAll();
  clock.advance(UNDO_MS);
  expect(sent).toEqual([]);
});

test('a mark that was taken back is never sent', () => {
  falseAlarms.mark(incident, 'cat');
  clock.advance(UNDO_MS - 1);
  falseAlarms.undo('i1');
  clock.advance(UNDO_MS);
  expect(sent).toEqual([]);
});

test('the last mark is taken back first', () => {
  falseAlarms.mark(incident, 'cat');
  falseAlarms.mark({ ...incident, id: 'i2' }, 'dog');
  falseAlarms.undoLatest();
  clock.advance(UNDO_MS);
  expect(sent).toEqual(['i1 cat']);
  falseAlarms.undoLatest();
});
