import type { Clock } from '@angrid/runtime';
import { errorCode } from './error-code.js';

/** Serialisation failure and deadlock: the same work may well succeed. */
const PASSING = ['40001', '40P01'];
const ATTEMPTS = 5;
const PAUSE_MS = 20;

/** Does `work` again, a few times, where the database gave it up for the sake of another transaction. */
export async function retryPassing<Result>(clock: Pick<Clock, 'sleep'>, work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !PASSING.includes(errorCode(error) ?? '')) throw error;
      await clock.sleep(attempt * PAUSE_MS * (0.5 + Math.random()));
    }
  }
}
