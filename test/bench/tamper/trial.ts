import { usableCells } from '@angrid/gateway/picture-health/grid';
import { type Finding, type HealthState, newHealth, stepHealth } from '@angrid/gateway/picture-health/step-health';
import { throughH264 } from './decode-path.js';
import type { Film } from './film.js';

/** What the gateway would have said of a film, and when (film milliseconds). */
export interface Told extends Pick<Finding, 'condition' | 'state'> {
  readonly atMs: number;
}

export interface Trial {
  readonly told: readonly Told[];
  readonly pictures: number;
  readonly judgedMs: number;
}

const CELLS = usableCells([]);

/** Runs a film through H.264, the gateway's decoder and its judgement. */
export async function runTrial(film: Film, watch?: (state: HealthState, atMs: number) => void): Promise<Trial> {
  const told: Told[] = [];
  let state = newHealth;
  let [index, pictures, judgedMs] = [0, 0, 0];
  for await (const pixels of throughH264(film)) {
    const atMs = index * film.options.stepMs;
    const began = performance.now();
    const input = pixels ? { frame: { pixels, monotonicMs: atMs } } : { tick: atMs };
    const step = stepHealth(state, input, CELLS);
    if (pixels) [pictures, judgedMs] = [pictures + 1, judgedMs + performance.now() - began];
    state = step.state;
    for (const { condition, state: change } of step.findings) told.push({ condition, state: change, atMs });
    watch?.(state, atMs);
    index += 1;
  }
  return { told, pictures, judgedMs };
}
