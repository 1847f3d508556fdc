import { usableCells } from '@angrid/gateway/picture-health/grid';
import { type Finding, newHealth, stepHealth } from '@angrid/gateway/picture-health/step-health';
import { median } from '../bench.js';
import { throughH264 } from './decode-path.js';
import type { Film } from './film.js';

/** What the gateway would have said of a film, and when (film milliseconds). */
export interface Told extends Pick<Finding, 'condition' | 'state'> {
  readonly atMs: number;
}

export interface Trial {
  readonly told: readonly Told[];
  /** Steps of the film, those without a picture included. */
  readonly pictures: number;
}

const CELLS = usableCells([]);

/** Runs a film through H.264, the gateway's decoder and its judgement. */
export async function runTrial(film: Film): Promise<Trial> {
  const told: Told[] = [];
  let state = newHealth;
  let index = 0;
  for await (const pixels of throughH264(film)) {
    const atMs = index * film.options.stepMs;
    const input = pixels ? { frame: { pixels, monotonicMs: atMs } } : { tick: atMs };
    const step = stepHealth(state, input, CELLS);
    state = step.state;
    for (const { condition, state: change } of step.findings) told.push({ condition, state: change, atMs });
    index += 1;
  }
  return { told, pictures: index };
}

const ROUNDS = 9;
const WARM_UP = 3;

/** CPU milliseconds that judging one picture takes: the median of rounds over all pictures of the film, in a warm process. */
export async function costOfPicture(film: Film): Promise<number> {
  const pictures: Uint8Array[] = [];
  for await (const pixels of throughH264(film)) if (pixels) pictures.push(pixels);
  const costs: number[] = [];
  let state = newHealth;
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (const [index, pixels] of pictures.entries()) {
      const monotonicMs = (round * pictures.length + index) * film.options.stepMs;
      ({ state } = stepHealth(state, { frame: { pixels, monotonicMs } }, CELLS));
    }
    const { user, system } = process.cpuUsage(before);
    if (round >= WARM_UP) costs.push((user + system) / 1000 / pictures.length);
  }
  return median(costs);
}
