const FLOOR_MS = 500;
const CEILING_MS = 60_000;

/**
 * How long to wait after the n-th failure in a row: anywhere between half a second and a bound that doubles with each
 * failure up to a minute. Full jitter, so that the gateways of a city do not come back in step.
 */
export function backOff(failures: number, random: () => number): number {
  const ceiling = Math.min(CEILING_MS, FLOOR_MS * 2 ** Math.min(failures, 10));
  return FLOOR_MS + random() * (ceiling - FLOOR_MS);
}
