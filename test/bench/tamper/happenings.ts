import { box, fade, glow, type Picture } from './brush.js';
import { FILM_HEIGHT, FILM_WIDTH } from './canvas.js';
import type { Random } from './random.js';

/** Something ordinary that goes on in front of a camera, from `fromMs` to `toMs`. */
interface Happening {
  readonly fromMs: number;
  readonly toMs: number;
  /** `along` 0…1: how much of it is over. */
  paint(picture: Picture, along: number): void;
}

interface Kind {
  /** How often an hour by day, and when it is dark. */
  readonly byDay: number;
  readonly byNight: number;
  /** Shortest and longest, seconds. */
  readonly lasts: readonly [number, number];
  make(random: Random): Happening['paint'];
}

const walker: Kind = { byDay: 30, byNight: 3, lasts: [6, 20], make: (random) => passing(random, [14, 30], [36, 80]) };
const car: Kind = { byDay: 20, byNight: 3, lasts: [4, 8], make: (random) => passing(random, [80, 130], [35, 60]) };
const closeBy: Kind = {
  byDay: 1,
  byNight: 0.1,
  lasts: [4, 9],
  make: (random) => passing(random, [90, 150], [120, 180]),
};

const truck: Kind = {
  byDay: 0.25,
  byNight: 0.02,
  lasts: [600, 1800],
  make: (random) => {
    const [x, shade] = [random.between(-20, 220), random.between(40, 200)];
    return (picture) => box(picture, { x, y: 80, width: 110, height: 75 }, shade, 25);
  },
};

const headlights: Kind = {
  byDay: 0,
  byNight: 8,
  lasts: [4, 9],
  make: (random) => {
    const [from, y] = [random.between(0, FILM_WIDTH), random.between(70, 130)];
    return (picture, along) => {
      fade(picture, 1 - 0.3 * along, 45 * (1 - along));
      const x = from + (FILM_WIDTH / 2 - from) * along;
      for (const dx of [-18, 18]) glow(picture, { x: x + dx, y, radius: 14 + 20 * along }, 400);
    };
  },
};

const insect: Kind = {
  byDay: 0.05,
  byNight: 3,
  lasts: [10, 150],
  make: (random) => {
    const radius = random.between(8, 34);
    let [x, y] = [random.between(0, FILM_WIDTH), random.between(0, FILM_HEIGHT)];
    return (picture) => {
      x = Math.abs(x + random.normal() * 14) % FILM_WIDTH;
      y = Math.abs(y + random.normal() * 10) % FILM_HEIGHT;
      glow(picture, { x, y, radius }, 160);
      for (const side of [-1, 1]) glow(picture, { x: x + side * radius, y: y + radius / 2, radius: radius / 3 }, 90);
    };
  },
};

const rain: Kind = {
  byDay: 0.06,
  byNight: 0.06,
  lasts: [1800, 7200],
  make: (random) => (picture, along) => {
    const strength = Math.min(1, 8 * along, 8 * (1 - along));
    fade(picture, 1 - 0.15 * strength, 12 * strength);
    for (let drop = 160 * strength; drop > 0; drop -= 1) {
      const spot = {
        x: random.between(0, FILM_WIDTH),
        y: random.between(0, FILM_HEIGHT),
        width: 1,
        height: random.between(4, 14),
      };
      box(picture, spot, random.between(140, 200));
    }
  },
};

const fog: Kind = {
  byDay: 0.03,
  byNight: 0.03,
  lasts: [5400, 10_800],
  make: (random) => {
    const thickness = random.between(0.2, 0.5);
    return (picture, along) => {
      const now = thickness * Math.sin(Math.PI * along);
      fade(picture, 1 - now, 170 * now);
    };
  },
};

const glare: Kind = {
  byDay: 0.15,
  byNight: 0,
  lasts: [600, 1500],
  make: (random) => {
    const [x, y] = [random.between(20, FILM_WIDTH - 20), random.between(0, 60)];
    return (picture, along) => glow(picture, { x, y, radius: 70 }, 260 * Math.sin(Math.PI * along));
  },
};

const porchLamp: Kind = {
  byDay: 0,
  byNight: 1,
  lasts: [60, 120],
  make: (random) => {
    const at = { x: random.between(0, FILM_WIDTH), y: random.between(30, 120), radius: 80 };
    return (picture) => {
      fade(picture, 0.85);
      glow(picture, at, 90);
    };
  },
};

const kinds: readonly Kind[] = [walker, car, closeBy, truck, headlights, insect, rain, fog, glare, porchLamp];

function passing(
  random: Random,
  widths: readonly [number, number],
  heights: readonly [number, number],
): Happening['paint'] {
  const [width, height] = [random.between(...widths), random.between(...heights)];
  const y = Math.min(FILM_HEIGHT - height * 0.7, random.between(60, 120));
  const [shade, back] = [random.between(15, 220), random.chance(0.5)];
  return (picture, along) => {
    const x = -width + (FILM_WIDTH + 2 * width) * (back ? 1 - along : along);
    box(picture, { x, y, width, height: height * 0.35 }, shade * 0.7);
    box(picture, { x: x - 2, y: y + height * 0.35, width: width + 4, height: height * 0.65 }, shade, 18);
  };
}

/** Everything ordinary in front of one camera. To be painted picture after picture. */
export class Happenings {
  private going: Happening[] = [];

  constructor(
    private readonly random: Random,
    private readonly stepMs: number,
  ) {}

  paint(picture: Picture, nowMs: number, dark: boolean): void {
    for (const kind of kinds) {
      const perStep = ((dark ? kind.byNight : kind.byDay) * this.stepMs) / 3_600_000;
      if (this.random.chance(perStep)) this.going.push(this.begin(kind, nowMs));
    }
    this.going = this.going.filter(({ toMs }) => toMs > nowMs);
    for (const { fromMs, toMs, paint } of this.going) paint(picture, (nowMs - fromMs) / (toMs - fromMs));
  }

  private begin({ lasts, make }: Kind, fromMs: number): Happening {
    return { fromMs, toMs: fromMs + this.random.between(...lasts) * 1000, paint: make(this.random) };
  }
}
