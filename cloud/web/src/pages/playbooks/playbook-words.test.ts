import { expect, test } from '@jest/globals';
import { spanText, switchState } from './playbook-words.js';

test('a span is said in the largest whole unit', () => {
  const t = (key: string, { n }: Record<string, unknown>) => `${key} ${String(n)}`;
  expect([30_000, 900_000, 5_400_000, 172_800_000, undefined].map((ms) => spanText(ms, t))).toEqual([
    'age.second 30',
    'age.minute 15',
    'age.minute 90',
    'age.day 2',
    '–',
  ]);
});

test('an overlay is to come, on, or over', () => {
  const week = { from: '2026-03-01T00:00:00Z', to: '2026-03-08T00:00:00Z' };
  const at = (text: string) => switchState(week, Date.parse(text));
  expect([at('2026-02-28T23:59:59Z'), at('2026-03-01T00:00:00Z'), at('2026-03-08T00:00:00Z')]).toEqual([
    'later',
    'on',
    'over',
  ]);
});
