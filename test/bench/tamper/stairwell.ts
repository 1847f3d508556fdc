import { blur, box, fade, glow, type Picture } from './brush.js';
import { blank, CANVAS_HEIGHT, CANVAS_WIDTH, FILM_HEIGHT, FILM_WIDTH, grain, paintBlob, paintBox, straight } from './canvas.js'; // prettier-ignore
import type { Tampering } from './film.js';
import type { Family } from './films.js';
import { Random } from './random.js';
import type { Scene } from './scene.js';

/**
 * A stairwell with a railing, doors and a notice board: the family that is held back. It was written last, and nothing was
 * tuned on its figures. The judgement has changed once since: a frozen picture is known again however often its encoder
 * changes the quality.
 */
export const stairwell: Family = {
  name: 'stairwell',
  scene: stairwellScene,
  tamperings: {
    signal_lost: (random) => (random.chance(0.5) ? { leave: () => false } : { leave: caption(random) }),
    black: leakingCap,
    overexposed: torch,
    covered: (random) => (random.chance(0.5) ? bag(random) : sticker(random)),
    blurred: (random) => (random.chance(0.5) ? smear(random) : defocus(random)),
    moved: sag,
    frozen: loop,
  },
};

/** An encoder's own card: dark gray, a line of text below. */
function caption(random: Random): (picture: Picture) => boolean {
  const [shade, y] = [random.between(20, 110), random.between(120, 150)];
  return (picture) => {
    picture.fill(shade);
    for (let letter = 0; letter < 16; letter += 1) box(picture, { x: 40 + letter * 15, y, width: 8, height: 12 }, 200);
    return true;
  };
}

/** A cap that lets a little light in at its rim. */
function leakingCap(random: Random): Tampering {
  const at = { x: random.pick([0, FILM_WIDTH]), y: random.between(0, FILM_HEIGHT), radius: random.between(8, 20) };
  return { light: (picture) => (fade(picture, 0.02), glow(picture, at, random.between(40, 70))) };
}

/** A torch that is held into the lens by hand. */
function torch(random: Random): Tampering {
  const [x, y, strength] = [random.between(80, 240), random.between(50, 130), random.between(500, 1100)];
  return {
    light: (picture) => {
      fade(picture, 1, 40);
      const at = { x: x + random.normal() * 6, y: y + random.normal() * 6, radius: random.between(150, 180) };
      glow(picture, at, strength);
    },
  };
}

/** Thin plastic over the housing: milky, with folds that move in the draught. */
function bag(random: Random): Tampering {
  const [veil, shade] = [random.between(0.75, 0.92), random.between(90, 170)];
  const folds = Array.from(
    { length: 4 },
    () => [random.between(0, FILM_WIDTH), random.between(0, FILM_HEIGHT)] as const,
  );
  return {
    light: (picture) => {
      blur(picture, 6);
      fade(picture, 1 - veil, shade * veil);
      for (const [x, y] of folds) glow(picture, { x: x + random.normal() * 3, y, radius: 24 }, 30);
    },
  };
}

/** A sheet of paper that is glued on, a little smaller than the picture. */
function sticker(random: Random): Tampering {
  const [shade, margin] = [random.between(60, 210), random.between(0, 28)];
  const spot = { x: margin, y: margin * 0.6, width: FILM_WIDTH - 2 * margin, height: FILM_HEIGHT - 1.2 * margin };
  return { light: (picture) => box(picture, spot, shade) };
}

/** Grease, wiped over the glass in one direction. */
function smear(random: Random): Tampering {
  const length = random.whole(10, 26);
  return {
    light: (picture) => {
      for (let y = 0; y < FILM_HEIGHT; y += 1) wipe(picture.subarray(y * FILM_WIDTH, (y + 1) * FILM_WIDTH), length);
      blur(picture, 2);
    },
  };
}

/** Each pixel becomes the mean of those before it, up to so many. */
function wipe(row: Picture, length: number): void {
  const sharp = row.slice();
  let sum = 0;
  for (let x = 0; x < row.length; x += 1) {
    sum += (sharp[x] ?? 0) - (sharp[x - length] ?? 0);
    row[x] = sum / Math.min(x + 1, length);
  }
}

/** Somebody turned the focus ring, slowly. */
function defocus(random: Random): Tampering {
  const [radius, rise] = [random.between(3, 10), random.between(4000, 25_000)];
  return { light: (picture, elapsedMs) => blur(picture, radius * Math.min(1, elapsedMs / rise)) };
}

/** A loose screw: it sinks and tilts within a quarter of a minute. */
function sag(random: Random): Tampering {
  const [down, aside] = [random.between(24, 54), random.between(-30, 30)];
  const [tilt, lasts] = [random.between(-0.25, 0.25), random.between(3000, 15_000)];
  return {
    view: (elapsedMs) => {
      const done = Math.min(1, elapsedMs / lasts);
      const turned = { x: straight.x + aside * done, y: straight.y + down * done };
      return { ...turned, angle: tilt * done, zoom: 1 };
    },
  };
}

/** A recorder in the line that gives its last few pictures again and again. */
function loop(random: Random): Tampering {
  const length = random.whole(1, 4);
  const kept: Picture[] = [];
  let next = 0;
  return {
    leave: (picture) => {
      if (kept.length < length) kept.push(picture.slice());
      else picture.set(kept[next++ % length] ?? picture);
      return true;
    },
  };
}

function stairwellScene(seed: number): Scene {
  const random = new Random(seed * 9173 + 11);
  const wall = blank(random.between(0.35, 0.75));
  const landing = Math.round(CANVAS_HEIGHT * random.between(0.35, 0.5));
  stairs(wall, landing, random);
  for (let door = random.whole(1, 4); door > 0; door -= 1) {
    const [x, height] = [random.between(20, CANVAS_WIDTH - 80), random.between(80, 120)];
    paintBox(wall, { x, y: landing - height, width: random.between(36, 60), height }, random.between(0.1, 0.9));
    paintBox(wall, { x: x + 8, y: landing - height + 10, width: 16, height: 24 }, random.between(0.1, 0.9));
  }
  const board = { x: random.between(100, 340), y: landing - random.between(70, 100) };
  for (let note = 0; note < 9; note += 1)
    paintBox(
      wall,
      { x: board.x + (note % 3) * 18, y: board.y + Math.floor(note / 3) * 16, width: 13, height: 12 },
      random.between(0.3, 0.95),
    );
  grain(wall, { x: 0, y: 0, width: CANVAS_WIDTH, height: CANVAS_HEIGHT }, { strength: 0.04, random });
  return lit(wall, random);
}

function stairs(wall: Scene['sky'], landing: number, random: Random): void {
  let [y, height] = [landing, 8];
  for (let step = 0; y < CANVAS_HEIGHT; step += 1) {
    paintBox(wall, { x: 0, y, width: CANVAS_WIDTH, height }, step % 2 === 0 ? 0.55 : 0.28);
    y += height;
    height += random.between(0.5, 2);
  }
  const [from, slope] = [random.between(40, 200), random.between(0.5, 1.1)];
  for (let line = landing - 40; line < CANVAS_HEIGHT; line += 1)
    paintBlob(wall, { x: from + (line - landing) * slope, y: line, radius: 3 }, 0.08);
  for (let bar = 0; bar < 12; bar += 1)
    paintBox(wall, { x: from + bar * 16, y: landing - 40 + bar * 14, width: 2, height: 50 }, 0.1);
}

/** By day light comes from a window at one side; by night from the lamp over the stairs, or from the camera. */
function lit(wall: Scene['sky'], random: Random): Scene {
  const [window, lamp] = [random.pick([0, CANVAS_WIDTH]), random.between(120, 400)];
  const by = (light: (x: number, y: number) => number): Scene['sky'] =>
    wall.map((value, at) => value * light(at % CANVAS_WIDTH, Math.floor(at / CANVAS_WIDTH)));
  const side = by((x) => 0.15 + 0.85 / (1 + Math.abs(x - window) / 150));
  const lamps = by((x, y) => 0.2 + 0.9 / (1 + ((x - lamp) / 160) ** 2 + (y / 150) ** 2));
  const infrared = by((x, y) => 0.2 + Math.exp(-(((x - 256) / 190) ** 2) - ((y - 150) / 110) ** 2));
  return { morning: side, evening: side, sky: side, lamps, infrared, trees: [] };
}
