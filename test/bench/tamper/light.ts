import { FILM_HEIGHT, FILM_WIDTH, type Layer } from './canvas.js';
import type { Scene } from './scene.js';

const { PI, max, min, sin } = Math;

/** How strong each light is, 0…1, and how the sensor takes it. */
export interface Light {
  readonly sun: number;
  /** 0 in the morning, 1 in the evening. */
  readonly evening: number;
  readonly sky: number;
  readonly lamps: number;
  readonly infrared: number;
}

/** The light of an hour (0…24). `clouds` 0…1 take the sun away; `infrared` where the camera has it on. */
export function lightAt(
  hour: number,
  { clouds, infrared }: { readonly clouds: number; readonly infrared: boolean },
): Light {
  const height = sin(((hour - 6) / 12) * PI);
  const sun = max(0, min(1, height * 1.6)) * (1 - 0.85 * clouds);
  const sky = max(0.01, min(1, 0.25 + height * 1.2));
  return {
    sun,
    evening: max(0, min(1, (hour - 8) / 8)),
    sky,
    lamps: sky < 0.3 ? 1 : 0,
    infrared: infrared ? 1 : 0,
  };
}

/** The sun is so low that the camera turns its infrared on. */
export function isDark(hour: number): boolean {
  return sin(((hour - 6) / 12) * PI) < -0.12;
}

/** What the sensor gives: brightness 0…255 a pixel, and how far it turned itself up. */
export interface Exposed {
  readonly base: Float32Array;
  readonly gain: number;
}

const TARGET = 105;
const MOST_GAIN = 1400;

/** The layers of a place as the lens shows them. */
export type Seen = Readonly<Record<'morning' | 'evening' | 'sky' | 'lamps' | 'infrared', Layer>>;

export function seenFrom({ morning, evening, sky, lamps, infrared }: Scene, places: Uint32Array): Seen {
  const shown = (layer: Layer): Layer => Float32Array.from(places, (place) => layer[place] as number);
  return { morning: shown(morning), evening: shown(evening), sky: shown(sky), lamps: shown(lamps), infrared: shown(infrared) }; // prettier-ignore
}

/** The place in this light, as a sensor with automatic gain sees it. */
export function expose(seen: Seen, light: Light): Exposed {
  const base = new Float32Array(FILM_WIDTH * FILM_HEIGHT);
  add(base, seen.morning, light.sun * (1 - light.evening) * 0.9);
  add(base, seen.evening, light.sun * light.evening * 0.9);
  add(base, seen.sky, light.sky * 0.5);
  add(base, seen.lamps, light.lamps * 0.12);
  add(base, seen.infrared, light.infrared * 0.2);
  let sum = 0;
  for (let at = 0; at < base.length; at += 1) sum += base[at] as number;
  const gain = min(MOST_GAIN, TARGET / max(1e-6, sum / base.length));
  for (let at = 0; at < base.length; at += 1) base[at] = min(255, (base[at] as number) * gain);
  return { base, gain };
}

function add(base: Layer, layer: Layer, strength: number): void {
  if (strength === 0) return;
  for (let at = 0; at < base.length; at += 1) base[at] = (base[at] as number) + strength * (layer[at] as number);
}

/** The more a sensor turns itself up, the more it rustles. */
export function noiseOf(gain: number): number {
  return min(9, 1 + gain / 220);
}
