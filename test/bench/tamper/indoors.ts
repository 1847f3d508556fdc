import { blur, fade, glow, type Picture } from './brush.js';
import { blank, CANVAS_HEIGHT, CANVAS_WIDTH, FILM_HEIGHT, FILM_WIDTH, grain, paintBlob, paintBox } from './canvas.js';
import type { Tampering } from './film.js';
import type { Family } from './films.js';
import { Random } from './random.js';
import type { Scene } from './scene.js';
import { tamperings } from './tamperings.js';

/** A lobby or a garage. */
export const indoors: Family = {
  name: 'indoors',
  scene: indoorScene,
  tamperings: {
    ...tamperings,
    covered: sprayed,
    /** Breathed on: no sharpness, less contrast, all of it brighter. */
    blurred: (random) => {
      const [radius, veil] = [random.between(3, 7), random.between(0.1, 0.45)];
      return { light: (picture: Picture) => (blur(picture, radius), fade(picture, 1 - veil, 150 * veil)) };
    },
  },
};

/** Drops of paint that run together, one after the other; a little of what is behind shines through. */
function sprayed(random: Random): Tampering {
  const shade = random.between(35, 200);
  const drops = Array.from({ length: 120 }, () => ({
    x: random.between(0, FILM_WIDTH),
    y: random.between(0, FILM_HEIGHT),
    radius: random.between(14, 40),
  }));
  const paint = new Uint8ClampedArray(FILM_WIDTH * FILM_HEIGHT);
  let painted = 0;
  return {
    light: (picture, elapsedMs) => {
      for (; painted < Math.min(drops.length, Math.ceil(elapsedMs / 40)); painted += 1)
        glow(paint, drops[painted] ?? { x: 0, y: 0, radius: 1 }, 500);
      for (let at = 0; at < picture.length; at += 1)
        picture[at] = (picture[at] ?? 0) + ((shade - (picture[at] ?? 0)) * (paint[at] ?? 0)) / 262;
    },
  };
}

function indoorScene(seed: number): Scene {
  const random = new Random(seed * 6007 + 5);
  const wall = blank(random.between(0.4, 0.7));
  const floor = Math.round(CANVAS_HEIGHT * random.between(0.5, 0.65));
  for (let y = floor; y < CANVAS_HEIGHT; y += 14)
    for (let x = 0; x < CANVAS_WIDTH; x += 26)
      paintBox(wall, { x, y, width: 24, height: 12 }, random.between(0.3, 0.5));
  for (let door = random.whole(3, 6); door > 0; door -= 1) {
    const [x, width] = [random.between(0, CANVAS_WIDTH), random.between(30, 60)];
    paintBox(wall, { x, y: floor - 110, width, height: 110 }, random.between(0.1, 0.9));
    paintBlob(wall, { x: x + width - 6, y: floor - 50, radius: 3 }, 0.05);
  }
  for (let box = 24; box > 0; box -= 1)
    paintBox(
      wall,
      { x: (box % 8) * 30 + 130, y: floor - 90 + Math.floor(box / 8) * 20, width: 26, height: 16 },
      random.between(0.2, 0.8),
    );
  grain(wall, { x: 0, y: 0, width: CANVAS_WIDTH, height: CANVAS_HEIGHT }, { strength: 0.03, random });
  const dim = wall.map((value) => value * 0.1);
  const lamps = wall.map((value, at) => value * (0.6 + 0.4 * Math.cos((at % CANVAS_WIDTH) / 60)));
  return { morning: dim, evening: dim, sky: lamps, lamps, infrared: wall, trees: [] };
}
