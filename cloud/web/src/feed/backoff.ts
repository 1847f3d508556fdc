const FIRST_MS = 1000;
const LONGEST_MS = 20_000;

/**
 * Milliseconds before attempt number `failures` (from 1): doubles up to 20 s, and between half and all of it by chance
 * (`random` in [0, 1)), so that a hundred consoles do not come back in the same instant.
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
