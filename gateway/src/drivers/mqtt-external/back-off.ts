const FLOOR_MS = 500;
const CEILING_MS = 30_000;

/**
 * How long to wait before the n-th attempt in a row: between half a second and a bound that doubles up to half a minute.
 * Full jitter, so that the gateways of one broker do not come back in step.
 */
export function backOff(attempt: number, random: () => number): number {
  const ceiling = Math.min(CEILING_MS, FLOOR_MS * 2 ** Math.min(attempt, 10));
  return FLOOR_MS + random() * (ceiling - FLOOR_MS);
}
