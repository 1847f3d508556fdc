import type { Bench } from '../bench.js';
import { rounded } from '../bench.js';
import { type Family, outdoors, PICTURES_A_DAY, quietFilms, tamperFilms } from './films.js';
import { indoors } from './indoors.js';
import { stairwell } from './stairwell.js';
import { Score } from './score.js';
import { costOfPicture, runTrial } from './trial.js';

/** How much of it is run. */
export interface Extent {
  /** Ways in which each of the seven things is done to a camera. */
  readonly variations: number;
  /** Cameras with which nobody tampers, and for how long. */
  readonly quietFilms: number;
  readonly hours: number;
}

/** Both families with which the judgement was made. Together: 7 × 20 tamperings, 10 camera-days. */
const tuned: readonly Family[] = [outdoors, indoors];
const whole: Extent = { variations: 10, quietFilms: 5, hours: 24 };
/** The family that was written last: 7 × 20 tamperings, 2 camera-days. */
const wholeHeld: Extent = { ...whole, variations: 20, quietFilms: 2 };
const quick: Extent = { variations: 2, quietFilms: 1, hours: 2 };
/** Films at a time: each keeps an encoder and a decoder busy. */
const AT_ONCE = 2;

/** Runs the films of a family through the real decode path and the judgement of the gateway. */
async function runFamily(score: Score, family: Family, extent: Extent): Promise<void> {
  await eachOf(tamperFilms(family, extent.variations), async (tampered) => {
    score.addTamper(tampered, await runTrial(tampered.film));
  });
  await eachOf(quietFilms(family, extent.quietFilms, extent.hours), async (film) => {
    score.addQuiet(film.options.seed, film.options.stepMs, await runTrial(film));
  });
}

async function eachOf<T>(jobs: Iterator<T, unknown>, work: (job: T) => Promise<void>): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let next = jobs.next(); next.done !== true; next = jobs.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

export const tamper: Bench = {
  name: 'tamper',
  about:
    'Camera health on generated films through H.264 and the real decoder; synthetic only. --quick for a part of it.',
  async run(say) {
    const isQuick = process.argv.includes('--quick');
    const [score, held] = [new Score(), new Score()];
    for (const family of tuned) await runFamily(score, family, isQuick ? quick : whole);
    await runFamily(held, stairwell, isQuick ? quick : wholeHeld);
    const [film] = quietFilms(outdoors, 1, 1);
    const cost = film ? await costOfPicture(film) : 0;
    for (const [name, result] of [
      [tuned.map((family) => family.name).join(' and '), score],
      [`held: ${stairwell.name}`, held],
    ] as const)
      for (const line of [`${name} (synthetic only)`, ...result.report()]) say(line);
    return {
      note: 'synthetic only',
      recall: rounded(score.recall, 3),
      false_alarms_per_camera_day: rounded(score.alarmsADay, 2),
      held_recall: rounded(held.recall, 3),
      held_noticed: rounded(held.noticed, 3),
      held_false_alarms: rounded(held.alarmsADay, 2),
      confusion: score.confusion,
      held_confusion: held.confusion,
      camera_days: rounded(score.cameraDays, 1),
      held_camera_days: rounded(held.cameraDays, 1),
      pictures_per_day: PICTURES_A_DAY,
      ms_per_picture: rounded(cost, 3),
    };
  },
};
