import { expect, test } from '@jest/globals';
import { sampleIncident } from '../testing/samples.js';
import { createAttention } from './attention.js';

function room({ audible = true, allowed = true, kept = {} as Record<string, string> } = {}) {
  const heard: (number | string)[] = [];
  const state = { audible, allowed };
  const attention = createAttention({
    preferences: { read: (key) => kept[key], write: (key, value) => (kept[key] = value) },
    player: { ready: async () => state.audible, play: (severity) => heard.push(severity) },
    notifier: { allowed: () => state.allowed, ask: async () => state.allowed, show: (id) => heard.push(id) },
    textOf: () => ({ title: '', body: '' }),
  });
  return { attention, heard, kept, state };
}
const two = [sampleIncident({ id: 'a', severity: 3 }), sampleIncident({ id: 'b', severity: 1 })];

test('nothing sounds before somebody switches it on', () => {
  const { attention, heard } = room();
  attention.call(two);
  expect(heard).toEqual([]);
});

test('the most severe of several decides the sound, and each has its notice', async () => {
  const { attention, heard } = room();
  await attention.setSound(true);
  await attention.setNotices(true);
  heard.length = 0;
  attention.call(two);
  expect(heard).toEqual([1, 'a', 'b']);
});

test('an exercise stays silent', async () => {
  const { attention, heard } = room();
  await attention.setSound(true);
  heard.length = 0;
  attention.call([sampleIncident({ exercise: true, severity: 1 })]);
  expect(heard).toEqual([]);
});

test('duress makes no sound and no notice, also beside what does', async () => {
  const { attention, heard } = room();
  await attention.setSound(true);
  await attention.setNotices(true);
  heard.length = 0;
  attention.call([sampleIncident({ restricted: true, severity: 1 }), sampleIncident({ id: 'b', severity: 3 })]);
  expect(heard).toEqual([3, 'b']);
});

test('a sound that the browser holds back is shown as held back, and starts at the first touch', async () => {
  const { attention, state } = room({ audible: false });
  await attention.setSound(true);
  expect(attention.sound.value).toBe('blocked');
  state.audible = true;
  attention.touched();
  await Promise.resolve();
  expect(attention.sound.value).toBe('on');
});

test('after a reload the sound waits for a touch instead of pretending to be on', () => {
  expect(room({ kept: { sound: 'on' } }).attention.sound.value).toBe('blocked');
});

test('notices that the person refuses are shown as refused', async () => {
  const { attention, kept } = room({ allowed: false });
  await attention.setNotices(true);
  expect(attention.notices.value).toBe('blocked');
  expect(kept['notices']).toBe('off');
});
