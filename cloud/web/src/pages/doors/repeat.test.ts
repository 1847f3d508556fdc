import { expect, it } from '@jest/globals';
import { repeatOf } from './repeat.js';

it('an event that stands for many says how many, and over how long', () => {
  expect(repeatOf({ attributes: { count: 480, fromMs: 1000, toMs: 11_400 } })).toEqual({ count: 480, seconds: 10 });
});

it('an event that has a count of its own, or stands for itself, is not such a one', () => {
  expect(repeatOf({ attributes: { count: 3 } })).toBeUndefined();
  expect(repeatOf({ attributes: { count: 1, fromMs: 0, toMs: 0 } })).toBeUndefined();
  expect(repeatOf({ attributes: {} })).toBeUndefined();
});
