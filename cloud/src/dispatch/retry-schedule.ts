const SECONDS = [5, 30, 120, 600, 1800, 7200, 18_000, 36_000];

/** Milliseconds after attempt number `attempts` (from 1) until the next one; undefined where it was the last. */
export function retryAfter(attempts: number): number | undefined {
  const seconds = SECONDS[attempts - 1];
  return seconds === undefined ? undefined : seconds * 1000;
}
