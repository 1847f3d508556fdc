const { PI, cos, floor, imul, log, max, min, round, sqrt } = Math;

/** A seeded stream of numbers: the same seed gives the same film. */
export class Random {
  constructor(private state: number) {}

  /** 0 ≤ x < 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  whole(low: number, high: number): number {
    return floor(this.between(low, high + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.whole(0, choices.length - 1)] ?? choices[0];
  }

  normal(): number {
    return sqrt(-2 * log(1 - this.next())) * cos(2 * PI * this.next());
  }
}

const TILE = 1 << 17;

/** Sensor noise: a long row of numbers for each strength, entered at another place with each picture. */
export class Noise {
  private readonly tiles = new Map<number, Int8Array>();

  constructor(private readonly random: Random) {}

  /** Adds noise of about that standard deviation. */
  add(picture: Uint8ClampedArray, deviation: number): void {
    const strength = round(deviation * 2) / 2;
    if (strength === 0) return;
    const tile = this.tileOf(strength);
    let at = this.random.whole(0, TILE - picture.length - 1);
    for (let index = 0; index < picture.length; index += 1, at += 1)
      picture[index] = (picture[index] as number) + (tile[at] as number);
  }

  private tileOf(strength: number): Int8Array {
    const known = this.tiles.get(strength);
    if (known) return known;
    const random = new Random(strength * 1000);
    const tile = Int8Array.from({ length: TILE }, () => max(-127, min(127, round(random.normal() * strength))));
    this.tiles.set(strength, tile);
    return tile;
  }
}
