import type { Bench } from '../bench.js';
import { rounded } from '../bench.js';
import { type Family, outdoors, quietFilms, tamperFilms } from './films.js';
import { indoors } from './indoors.js';
import { Score } from './score.js';
import { runTrial } from './trial.js';

/** How much of it is run. */
export interface Extent {
  readonly variations: number;
  readonly quietFilms: number;
  readonly hours: number;
}

const whole: Extent = { variations: 20, quietFilms: 10, hours: 24 };
const quick: Extent = { variations: 3, quietFilms: 2, hours: 2 };
/** Films at a time: each keeps an encoder and a decoder busy. */
const AT_ONCE = 2;

/** Runs the films of a family through the real decode path and the judgement of the gateway. */
export async function runFamily(family: Family, extent: Extent): Promise<Score> {
  const score = new Score();
  await eachOf(tamperFilms(family, extent.variations), async (tampered) => {
    score.addTamper(tampered, await runTrial(tampered.film));
  });
  await eachOf(quietFilms(family, extent.quietFilms, extent.hours), async (film) => {
    score.addQuiet(film.options.seed, film.options.stepMs, await runTrial(film));
  });
  return score;
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
    const extent = process.argv.includes('--quick') ? quick : whole;
    const score = await runFamily(outdoors, extent);
    const held = await runFamily(indoors, extent);
    for (const [family, result] of [
      [outdoors, score],
      [indoors, held],
    ] as const) {
      say(`${family.name} (synthetic only)`);
      for (const line of result.report()) say(line);
    }
    return {
      recall: rounded(score.recall, 3),
      false_alarms_per_camera_day: rounded(score.alarmsADay, 2),
      held_recall: rounded(held.recall, 3),
      held_false_alarms: rounded(held.alarmsADay, 2),
      confusion: JSON.stringify(score.confusion),
    };
  },
};
