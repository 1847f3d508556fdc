import type { Condition } from '@angrid/gateway/picture-health/condition';
import { blur, box, glow, type Picture } from './brush.js';
import { CANVAS_HEIGHT, CANVAS_WIDTH, FILM_HEIGHT, FILM_WIDTH, straight } from './canvas.js';
import type { Tampering } from './film.js';
import type { Random } from './random.js';

const { PI, cos, max, min, sin } = Math;

/** One way of doing each of the seven things to a camera; how exactly follows from the random numbers. */
export const tamperings: Readonly<Record<Condition, (random: Random) => Tampering>> = {
  signal_lost: (random) => (random.chance(0.4) ? { leave: () => false } : { leave: card(random) }),
  black: (random) => {
    const [rest, fall] = [random.between(0, 0.03), random.between(0.5, 10_000)];
    return { light: (picture, elapsedMs) => scale(picture, max(rest, 1 - elapsedMs / fall)) };
  },
  overexposed: (random) => {
    const [strength, rise, x, y] = [
      random.between(300, 900),
      random.between(500, 8000),
      random.between(60, 260),
      random.between(40, 140),
    ];
    return {
      light: (picture, elapsedMs) => {
        const now = min(1, elapsedMs / rise);
        scale(picture, 1 + now, now * 60);
        glow(picture, { x, y, radius: random.between(150, 170) }, strength * now);
      },
    };
  },
  covered: cover,
  blurred: (random) => {
    const [radius, rise] = [random.between(3, 9), random.between(500, 12_000)];
    return { light: (picture, elapsedMs) => blur(picture, radius * min(1, elapsedMs / rise)) };
  },
  moved,
  frozen: () => {
    let kept: Picture | undefined;
    return {
      leave: (picture) => {
        if (kept) picture.set(kept);
        else kept = picture.slice();
        return true;
      },
    };
  },
};

function scale(picture: Picture, factor: number, offset = 0): void {
  for (let at = 0; at < picture.length; at += 1) picture[at] = (picture[at] ?? 0) * factor + offset;
}

/** What recorders and encoders send when they have no picture: blue, gray or bars, with words or without. */
function card(random: Random): (picture: Picture) => boolean {
  const bars = random.chance(0.25);
  const shade = random.pick([41, 41, 90, 128, 190]);
  const words = random.chance(0.6);
  const levels = [235, 210, 170, 145, 106, 81, 41];
  return (picture) => {
    picture.fill(shade);
    if (bars)
      levels.forEach((level, index) =>
        box(picture, { x: (index * FILM_WIDTH) / 7, y: 0, width: FILM_WIDTH / 7 + 1, height: FILM_HEIGHT }, level),
      );
    if (words)
      for (let letter = 0; letter < 9; letter += 1)
        box(picture, { x: 100 + letter * 14, y: 82, width: 7, height: 16 }, 235);
    return true;
  };
}

/** A hand, a cloth, tape, a bag, paint: out of focus, lit a little from one side, not always over everything. */
function cover(random: Random): Tampering {
  const [shade, slope, angle] = [random.between(28, 190), random.between(0.02, 0.25), random.between(0, 2 * PI)];
  const [rise, least] = [random.between(300, 6000), random.between(0.68, 1)];
  const vertical = random.chance(0.5);
  const folds = Array.from({ length: random.whole(0, 3) }, () => ({
    x: random.between(0, FILM_WIDTH),
    y: random.between(0, FILM_HEIGHT),
    strength: random.between(-40, 40),
  }));
  return {
    light: (picture, elapsedMs) => {
      const share = least * min(1, elapsedMs / rise);
      const end = share >= 0.995 ? Infinity : share * (vertical ? FILM_HEIGHT : FILM_WIDTH);
      const [dx, dy] = [cos(angle) * slope, sin(angle) * slope];
      for (let y = 0; y < FILM_HEIGHT; y += 1)
        for (let x = 0; x < FILM_WIDTH; x += 1) {
          const covered = min(1, max(0, (end - (vertical ? y : x)) / 12));
          const at = y * FILM_WIDTH + x;
          const there = shade + (x - 160) * dx + (y - 90) * dy;
          picture[at] = (picture[at] ?? 0) * (1 - covered) + there * covered;
        }
      for (const { x, y, strength } of folds) if (share > 0.9 * least) glow(picture, { x, y, radius: 50 }, strength);
    },
  };
}

/** Turned by a little or a lot, tilted, rolled, or pushed so that it looks at something else. */
function moved(random: Random): Tampering {
  const angle = random.chance(0.3) ? random.between(0.12, 0.5) * (random.chance(0.5) ? 1 : -1) : 0;
  const zoom = random.chance(0.15) ? random.between(1.3, 1.7) : 1;
  const far = random.between(0.07, 0.3);
  const way = random.between(0, 2 * PI);
  const x = min(CANVAS_WIDTH - 160, max(160, straight.x + cos(way) * far * FILM_WIDTH));
  const y = min(CANVAS_HEIGHT - 90, max(90, straight.y + sin(way) * far * FILM_WIDTH));
  const lasts = random.between(200, 4000);
  return {
    view: (elapsedMs) => {
      const done = min(1, elapsedMs / lasts);
      return {
        x: straight.x + (x - straight.x) * done,
        y: straight.y + (y - straight.y) * done,
        angle: angle * done,
        zoom: 1 + (zoom - 1) * done,
      };
    },
  };
}
