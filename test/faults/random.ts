import { randomInt } from 'node:crypto';

/** Numbers from a seed, so that a failed run can be run again: ANGRID_TEST_SEED. */
export function seeded(): { readonly seed: number; between(least: number, most: number): number } {
  const seed = Number(process.env['ANGRID_TEST_SEED'] ?? randomInt(1, 2 ** 31));
  let state = seed;
  return {
    seed,
    between: (least, most) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return least + (state / 2 ** 32) * (most - least);
    },
  };
}
