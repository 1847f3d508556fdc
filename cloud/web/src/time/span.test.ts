import { expect, test } from '@jest/globals';
import { spanText } from './span.js';

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
