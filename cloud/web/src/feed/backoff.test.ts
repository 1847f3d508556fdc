import { expect, test } from '@jest/globals';
import { backoffMs } from './backoff.js';

test('the pause doubles up to twenty seconds', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 60].map((failures) => backoffMs(failures, 1));
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
});

test('chance spreads consoles over the second half of the pause', () => {
  expect(backoffMs(3, 0)).toBe(2000);
  expect(backoffMs(3, 0.5)).toBe(3000);
});
