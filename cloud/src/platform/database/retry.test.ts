import { expect, it } from '@jest/globals';
import { VirtualClock } from '@angrid/runtime';
import { retryPassing } from './retry.js';

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** Runs work that fails `times` times with `code`; how it ended and how often it ran. */
async function attempt(times: number, code: string) {
  const clock = new VirtualClock();
  let runs = 0;
  const outcome = retryPassing(clock, async () => {
    runs += 1;
    if (runs <= times) throw failure(code);
    return 'done';
  }).catch((error: Error) => error.message);
  await clock.advance(1000);
  return { outcome: await outcome, runs };
}

it.each(['40001', '40P01'])('does work again that the database gave up with %s', async (code) => {
  expect(await attempt(3, code)).toEqual({ outcome: 'done', runs: 4 });
});

it('gives up after five attempts', async () => {
  expect(await attempt(9, '40P01')).toEqual({ outcome: '40P01', runs: 5 });
});

it('does not repeat what fails for another reason', async () => {
  expect(await attempt(1, '23505')).toEqual({ outcome: '23505', runs: 1 });
});
