import { expect, test } from '@jest/globals';
import { markOf, switchState, whatHeld } from './playbook-words.js';

test('an overlay is to come, on, or over', () => {
  const week = { from: '2026-03-01T00:00:00Z', to: '2026-03-08T00:00:00Z' };
  const at = (text: string) => switchState(week, Date.parse(text));
  expect([at('2026-02-28T23:59:59Z'), at('2026-03-01T00:00:00Z'), at('2026-03-08T00:00:00Z')]).toEqual([
    'later',
    'on',
    'over',
  ]);
});

test('a difference is something new, something gone, or a change', () => {
  const at = 'handOver.within';
  const found = [
    { at, after: '1h' },
    { at, before: '30m' },
    { at, before: '30m', after: '1h' },
  ];
  expect(found.map(markOf)).toEqual(['added', 'gone', 'changed']);
});

test('what held is told in time, versions and overlays together', () => {
  const version = (digest: string, firstUsedAt: string) => ({ digest, version: 1, firstUsedAt, current: false });
  const festival = { overlay: 'node', reason: 'festival', author: 'police' };
  const week = { ...festival, id: 'o', from: '2026-03-01T08:00:00+08:00', to: '2026-03-08T00:00:00Z' };
  const held = whatHeld([version('b', '2026-03-01T01:00:00Z'), version('a', '2026-02-01T00:00:00Z')], [week]);
  expect(held.map(({ key }) => key)).toEqual(['b', 'o', 'a']);
});
