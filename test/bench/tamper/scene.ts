import { blank, CANVAS_HEIGHT, CANVAS_WIDTH, grain, type Layer, paintBlob, paintBox } from './canvas.js';
import { Random } from './random.js';

/** A place, as its surfaces send light back: one layer for each light that falls on it. */
export interface Scene {
  /** By the sun in the morning and in the evening, with its shadows. */
  readonly morning: Layer;
  readonly evening: Layer;
  /** By the sky alone. */
  readonly sky: Layer;
  /** By lamps of the place, and by the camera's own infrared. */
  readonly lamps: Layer;
  readonly infrared: Layer;
  /** Where leaves move: cells of the canvas. */
  readonly trees: readonly { readonly x: number; readonly y: number; readonly radius: number }[];
}

const W = CANVAS_WIDTH;
const H = CANVAS_HEIGHT;
const SKY = Math.fround(0.9);

/** A street, a gate, a courtyard or a car park: what stands where follows from the seed. */
export function outdoorScene(seed: number): Scene {
  const random = new Random(seed * 7919 + 1);
  const horizon = Math.round(H * random.between(0.3, 0.5));
  const albedo = blank(random.between(0.25, 0.5));
  paintBox(albedo, { x: 0, y: 0, width: W, height: horizon }, SKY);
  buildings(albedo, horizon, random);
  ground(albedo, horizon, random);
  const trees = plant(albedo, horizon, random);
  cars(albedo, horizon, random);
  grain(albedo, { x: 0, y: horizon, width: W, height: H - horizon }, { strength: 0.06, random });
  return lit(albedo, { horizon, trees, random });
}

function buildings(albedo: Layer, horizon: number, random: Random): void {
  for (let x = random.between(-40, 0); x < W;) {
    const width = random.between(50, 140);
    const height = random.between(horizon * 0.5, horizon * 1.05);
    const wall = random.between(0.25, 0.75);
    const top = horizon + 20 - height;
    paintBox(albedo, { x, y: top, width, height }, wall);
    const pane = random.between(0.05, 0.2);
    const [stepX, stepY] = [random.between(12, 22), random.between(14, 24)];
    for (let wy = top + 6; wy < horizon + 8; wy += stepY)
      for (let wx = x + 5; wx < x + width - 8; wx += stepX)
        paintBox(albedo, { x: wx, y: wy, width: stepX * 0.5, height: stepY * 0.55 }, random.chance(0.2) ? 0.8 : pane);
    x += width + random.between(0, 30);
  }
}

function ground(albedo: Layer, horizon: number, random: Random): void {
  const kerb = horizon + 20;
  paintBox(albedo, { x: 0, y: kerb, width: W, height: 6 }, 0.7);
  for (let y = kerb + random.between(20, 40); y < H; y += random.between(25, 50))
    for (let x = random.between(0, 30); x < W; x += random.between(40, 70))
      paintBox(albedo, { x, y, width: random.between(15, 30), height: 3 }, 0.85);
  for (let post = random.whole(3, 8); post > 0; post -= 1) {
    const x = random.between(0, W);
    paintBox(
      albedo,
      { x, y: kerb - random.between(10, 60), width: random.between(2, 5), height: 90 },
      random.pick([0.1, 0.9]),
    );
  }
}

function plant(albedo: Layer, horizon: number, random: Random): Scene['trees'] {
  const trees = [];
  for (let count = random.whole(1, 4); count > 0; count -= 1) {
    const tree = {
      x: random.between(40, W - 40),
      y: horizon - random.between(-20, 30),
      radius: random.between(18, 38),
    };
    paintBox(albedo, { x: tree.x - 3, y: tree.y, width: 6, height: 50 }, 0.15);
    for (let leaf = 0; leaf < 90; leaf += 1) {
      const spread = {
        x: tree.x + random.normal() * tree.radius * 0.45,
        y: tree.y + random.normal() * tree.radius * 0.45,
      };
      paintBlob(albedo, { ...spread, radius: random.between(2, 5) }, random.between(0.08, 0.4));
    }
    trees.push(tree);
  }
  return trees;
}

function cars(albedo: Layer, horizon: number, random: Random): void {
  for (let count = random.whole(2, 6); count > 0; count -= 1) {
    const [x, y, paint] = [random.between(0, W - 60), random.between(horizon + 30, H - 40), random.between(0.05, 0.9)];
    paintBox(albedo, { x, y, width: 64, height: 20 }, paint);
    paintBox(albedo, { x: x + 12, y: y - 12, width: 38, height: 12 }, 0.12);
    paintBlob(albedo, { x: x + 14, y: y + 20, radius: 7 }, 0.05);
    paintBlob(albedo, { x: x + 50, y: y + 20, radius: 7 }, 0.05);
  }
}

interface Lighting {
  readonly horizon: number;
  readonly trees: Scene['trees'];
  readonly random: Random;
}

function lit(albedo: Layer, { horizon, trees, random }: Lighting): Scene {
  const lampX = [random.between(60, W / 2), random.between(W / 2, W - 60)];
  const edge = { morning: random.between(0.2, 0.8) * W, evening: random.between(0.2, 0.8) * W };
  const slope = random.between(0.5, 1.5);
  const onCanvas = (light: (x: number, y: number) => number): Layer =>
    albedo.map((value, at) => value * light(at % W, Math.floor(at / W)));
  const isSky = (x: number, y: number): boolean => y < horizon && (albedo[y * W + x] ?? 0) === SKY;
  const lamps = (x: number, y: number): number =>
    isSky(x, y)
      ? 0.02
      : 0.12 + lampX.reduce((sum, at) => sum + 1.1 / (1 + ((x - at) / 70) ** 2 + ((y - horizon - 40) / 60) ** 2), 0);
  const infrared = (x: number, y: number): number =>
    isSky(x, y) ? 0.03 : 0.15 + 1.1 * Math.exp(-(((x - W / 2) / 170) ** 2) - ((y - H * 0.62) / 90) ** 2);
  return {
    morning: onCanvas((x, y) => (isSky(x, y) || x > edge.morning + slope * (y - horizon) ? 1 : 0.25)),
    evening: onCanvas((x, y) => (isSky(x, y) || x < edge.evening - slope * (y - horizon) ? 1 : 0.25)),
    sky: albedo.slice(),
    lamps: onCanvas(lamps),
    infrared: onCanvas(infrared),
    trees,
  };
}
