import { clockText, type Picture } from './brush.js';
import { FILM_HEIGHT, FILM_WIDTH, placesOf, straight, type View } from './canvas.js';
import { Happenings } from './happenings.js';
import { type Exposed, expose, isDark, lightAt, noiseOf, type Seen, seenFrom } from './light.js';
import { Noise, Random } from './random.js';
import type { Scene } from './scene.js';

const { floor, max, min, round } = Math;

/** What somebody does to a camera. */
export interface Tampering {
  /** Where the lens looks now; undefined: where it always did. */
  view?(elapsedMs: number, random: Random): View;
  /** What reaches the sensor. */
  light?(picture: Picture, elapsedMs: number): void;
  /** What leaves the camera, noise and clock included; false where nothing does. */
  leave?(picture: Picture, elapsedMs: number): boolean;
}

export interface FilmOptions {
  readonly scene: Scene;
  readonly seed: number;
  /** Hour of the day, 0…24, at which it begins. */
  readonly hour: number;
  readonly count: number;
  readonly stepMs: number;
  /** Kilobits for one key picture of 320 × 180. */
  readonly kilobits: number;
  /** Whether the camera writes its clock into the picture. */
  readonly clock: boolean;
  readonly tampering?: { readonly fromMs: number; readonly toMs: number; readonly does: Tampering };
}

const LIGHT_MS = 20_000;

/** The key pictures of a camera, one after the other. */
export class Film {
  private readonly random: Random;
  private readonly noise: Noise;
  private readonly happenings: Happenings;
  private clouds = 0.3;
  private infrared: boolean;
  private readonly seen: Seen;
  private exposed: Exposed | undefined;
  private exposedMs = -Infinity;

  constructor(readonly options: FilmOptions) {
    this.random = new Random(options.seed * 104_729 + 17);
    this.noise = new Noise(this.random);
    this.happenings = new Happenings(this.random, options.stepMs);
    this.infrared = isDark(options.hour);
    this.seen = seenFrom(options.scene, placesOf(straight));
  }

  /** Fills `picture` with the one at `index`; false where the camera gives none. To be called in order. */
  draw(index: number, picture: Picture): boolean {
    const { stepMs, hour, clock, tampering } = this.options;
    const nowMs = index * stepMs;
    const elapsedMs =
      tampering && nowMs >= tampering.fromMs && nowMs < tampering.toMs ? nowMs - tampering.fromMs : undefined;
    const does = elapsedMs === undefined ? undefined : tampering?.does;
    const now = (hour + nowMs / 3_600_000) % 24;
    const { base, gain } = this.lit(
      now,
      nowMs,
      elapsedMs === undefined ? undefined : does?.view?.(elapsedMs, this.random),
    );
    picture.set(base);
    this.sway(picture, base);
    this.happenings.paint(picture, nowMs, isDark(now));
    does?.light?.(picture, elapsedMs ?? 0);
    this.noise.add(picture, noiseOf(gain));
    if (clock) clockText(picture, now * 3600);
    return does?.leave?.(picture, elapsedMs ?? 0) ?? true;
  }

  private lit(hour: number, nowMs: number, view: View | undefined): Exposed {
    const moved = view !== undefined;
    if (this.exposed && !moved && nowMs - this.exposedMs < LIGHT_MS) return this.exposed;
    if (this.infrared !== isDark(hour) && this.random.chance(0.4)) this.infrared = isDark(hour);
    this.clouds = min(1, max(0, this.clouds + this.random.normal() * 0.08));
    const light = lightAt(hour, { clouds: this.clouds, infrared: this.infrared });
    this.exposed = expose(moved ? seenFrom(this.options.scene, placesOf(view)) : this.seen, light);
    this.exposedMs = moved ? -Infinity : nowMs;
    return this.exposed;
  }

  /** Leaves move in the wind: each patch shows what is a little beside it. */
  private sway(picture: Picture, base: Float32Array): void {
    for (const { x, y, radius } of this.options.scene.trees) {
      const [dx, dy] = [round(this.random.normal() * 1.5), round(this.random.normal() * 0.7)];
      const [middle, line] = [x - 96, y - 54];
      for (let row = max(2, floor(line - radius)); row < min(FILM_HEIGHT - 2, line + radius); row += 1)
        for (let column = max(5, floor(middle - radius)); column < min(FILM_WIDTH - 5, middle + radius); column += 1)
          picture[row * FILM_WIDTH + column] = base[(row + dy) * FILM_WIDTH + column + dx] ?? 0;
    }
  }
}
