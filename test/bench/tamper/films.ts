import { type Condition, everyCondition } from '@angrid/gateway/picture-health/condition';
import { Film, type FilmOptions } from './film.js';
import { Random } from './random.js';
import { outdoorScene, type Scene } from './scene.js';
import { tamperings } from './tamperings.js';

/** A film in which a camera is tampered with once, after it has been learned. */
export interface TamperFilm {
  readonly film: Film;
  readonly condition: Condition;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Scenes and effects that go together. */
export interface Family {
  readonly name: string;
  readonly scene: (seed: number) => Scene;
  readonly tamperings: typeof tamperings;
}

export const outdoors: Family = { name: 'outdoors', scene: outdoorScene, tamperings };

const STEP_MS = 2000;
/**
 * Undisturbed days are those of a camera with a key picture each ten seconds, all of it in true time: a wrong sight of
 * some seconds counts for all ten, and three of them are an alarm, so there are rather more false alarms than with more
 * pictures a day.
 */
const QUIET_STEP_MS = 10_000;
const LEARNED_MS = 180_000;
const LASTS_MS = 150_000;
const AFTER_MS = 90_000;
const DAY_MS = 86_400_000;
export const PICTURES_A_DAY = DAY_MS / QUIET_STEP_MS;

/** What one key picture of 320 × 180 may cost: from starved to ample. */
const KILOBITS = [12, 20, 40, 80] as const;

export function* tamperFilms({ scene, tamperings: ways }: Family, variations: number): Generator<TamperFilm> {
  for (const [kind, condition] of everyCondition.entries())
    for (let variation = 0; variation < variations; variation += 1) {
      const seed = kind * 1000 + variation + 1;
      const random = new Random(seed);
      const span = { fromMs: LEARNED_MS, toMs: LEARNED_MS + LASTS_MS };
      const hour = random.chance(0.65) ? random.between(7.5, 16) : random.between(20, 28) % 24;
      const film = filmOf(scene, seed, { hour, count: (span.toMs + AFTER_MS) / STEP_MS });
      const tampering = { ...span, does: ways[condition](random) };
      yield { film: new Film({ ...film, tampering }), condition, ...span };
    }
}

/** Cameras with which nobody tampers. */
export function* quietFilms({ scene }: Family, films: number, hours: number): Generator<Film> {
  for (let seed = 1; seed <= films; seed += 1)
    yield new Film({
      ...filmOf(scene, 50_000 + seed, { hour: 12, count: (hours * DAY_MS) / 24 / QUIET_STEP_MS }),
      stepMs: QUIET_STEP_MS,
    });
}

function filmOf(scene: Family['scene'], seed: number, span: Pick<FilmOptions, 'hour' | 'count'>): FilmOptions {
  const kilobits = KILOBITS[seed % KILOBITS.length] ?? 40;
  return { ...span, scene: scene(seed), seed, stepMs: STEP_MS, kilobits, clock: seed % 3 !== 0 };
}
