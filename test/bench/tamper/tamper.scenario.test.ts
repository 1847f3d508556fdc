import { describe, expect, it, test } from '@jest/globals';
import { outdoors, quietFilms, tamperFilms } from './films.js';
import { runTrial } from './trial.js';

const films = [...tamperFilms(outdoors, 1)];

/** Generated films through H.264, the gateway's own decoder and its judgement: one of each kind. */
describe('a camera in a street', () => {
  test.each(films.map((film) => [film.condition, film] as const))(
    'that is tampered with is told to be %s, within its time, and to be over',
    async (condition, { film, fromMs, toMs }) => {
      const { told } = await runTrial(film);
      expect(told).toEqual([
        { condition, state: 'began', atMs: expect.any(Number) },
        { condition, state: 'ended', atMs: expect.any(Number) },
      ]);
      const [began, ended] = told;
      expect(began?.atMs).toBeGreaterThan(fromMs);
      expect(began?.atMs).toBeLessThan(toMs);
      expect(ended?.atMs).toBeGreaterThan(toMs);
    },
    60_000,
  );

  it('that nobody touches is not told of, with noise, leaves, walkers and cars', async () => {
    const [film] = quietFilms(outdoors, 1, 1);
    expect(film && (await runTrial(film))).toEqual({ told: [], pictures: 360 });
  }, 60_000);
});
