import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { blurred, picture, rustling, street } from './pictures.fixture.js';
import { usableCells } from './grid.js';
import { type HealthState, newHealth, stepHealth } from './step-health.js';
import { readHealth, writeHealth } from './stored.js';

/** A camera with a key picture each two seconds, and what is said of it: `<second> <condition> <began|ended>`. */
class Camera {
  readonly said: string[] = [];
  private time = 0;

  constructor(
    public state: HealthState = newHealth,
    private readonly cells = usableCells([]),
  ) {}

  show(seconds: number, shade: (x: number, y: number) => number, noise = true): this {
    const still = picture(shade);
    for (const until = this.time + seconds; this.time < until; this.time += 2) {
      const pixels = noise ? rustling(still, this.time) : still;
      this.take({ frame: { pixels, monotonicMs: this.time * 1000 } });
    }
    return this;
  }

  silent(seconds: number): this {
    for (const until = this.time + seconds; this.time < until; this.time += 1) this.take({ tick: this.time * 1000 });
    return this;
  }

  repeat(seconds: number): this {
    for (const until = this.time + seconds; this.time < until; this.time += 2)
      this.take({ notice: { camera: 'cam', kind: 'repeat', monotonicMs: this.time * 1000 } });
    return this;
  }

  private take(input: Parameters<typeof stepHealth>[1]): void {
    const step = stepHealth(this.state, input, this.cells);
    this.state = step.state;
    for (const { condition, state } of step.findings) this.said.push(`${this.time} ${condition} ${state}`);
  }
}

const learned = new Camera().show(120, street()).state;
const camera = (): Camera => new Camera(learned);

describe('the health of a picture', () => {
  it('is well while the place is seen', () => {
    expect(new Camera().show(600, street()).said).toEqual([]);
  });

  test.each([
    ['black', () => 4],
    ['overexposed', () => 252],
    ['covered', (x: number) => 60 + x / 4],
    ['blurred', blurred(street(), 4)],
    ['moved', street(25)],
    ['moved', street(-10)],
  ] as const)('is %s, told once and told to be over', (condition, shade) => {
    const { said } = camera().show(10, street()).show(100, shade).show(100, street());
    expect(said.map((line) => line.replace(/^\d+ /, ''))).toEqual([`${condition} began`, `${condition} ended`]);
  });

  it('is lost with a card of one colour that does not even rustle', () => {
    const { said } = camera()
      .show(10, street())
      .show(60, () => 41, false);
    expect(said).toEqual([expect.stringMatching(/^2\d signal_lost began$/)]);
  });

  it('is lost where no picture comes, and is back with the pictures', () => {
    const { said } = camera().show(10, street()).silent(60).show(40, street());
    expect(said).toEqual([
      expect.stringMatching(/^2\d signal_lost began$/),
      expect.stringMatching(/^8\d signal_lost ended$/),
    ]);
  });

  it('is frozen where nothing changes, not even the noise', () => {
    expect(camera().show(10, street()).show(90, street(), false).show(20, street()).said).toEqual([
      expect.stringMatching(/^7\d frozen began$/),
      expect.stringMatching(/^1\d\d frozen ended$/),
    ]);
  });

  it('is frozen where the stream tells of the same key picture again and again', () => {
    expect(camera().show(4, street()).repeat(80).said).toEqual([expect.stringMatching(/ frozen began$/)]);
  });

  it('is not frozen where an encoder shows one picture in several qualities, once it was seen', () => {
    const state = camera().show(10, street());
    for (let turn = 0; turn < 40; turn += 1) state.show(2, (x, y) => street()(x, y) + (turn % 3), false);
    expect(state.said).toEqual([expect.stringMatching(/ frozen began$/)]);
  });

  it('is frozen where an encoder changes the quality of the one picture now and then', () => {
    const state = camera().show(10, street());
    for (let turn = 0; turn < 8; turn += 1) state.show(24, (x, y) => street()(x, y) + (turn % 2), false);
    expect(state.said).toEqual([expect.stringMatching(/ frozen began$/)]);
  });

  it('is well in other light of the same place', () => {
    const dim = (x: number, y: number): number => street()(x, y) * 0.4;
    const uneven = (x: number, y: number): number => street()(x, y) * (0.3 + x / 250);
    expect(camera().show(300, dim).show(300, uneven).show(60, street()).said).toEqual([]);
  });

  it('is well by day, by night with infrared, and by day again: each light is learned once', () => {
    // The camera's own lamp lights the middle, the sky is black, and surfaces reflect infrared a little in their own way.
    const lamp = (x: number): number => 1 - (0.9 * Math.abs(x - 80)) / 80;
    const surface = (x: number, y: number): number => 0.72 * street()(x, y) + 0.1 * street(700)(x, y);
    const infrared = (x: number, y: number): number => (y < 18 ? 14 : 16 + lamp(x) * surface(x, y));
    const days = camera().show(60, street()).show(300, infrared).show(120, street()).show(60, infrared);
    expect(days.said).toEqual([]);
    expect(days.state.regimes).toHaveLength(2);
    expect(days.show(100, street(25)).said).toEqual([expect.stringMatching(/ moved began$/)]);
  });

  it('is well while somebody walks by close to the lens', () => {
    const near = (x: number, y: number): number => (x < 70 ? 30 : street()(x, y));
    expect(camera().show(20, near).show(100, street()).show(20, near).show(60, street()).said).toEqual([]);
  });

  it('does not depend on what masks hide', () => {
    const left = [
      [0, 0],
      [0.5, 0],
      [0.5, 1],
      [0, 1],
    ] as const;
    const half = (x: number, y: number): number => (x < 80 ? 250 : street()(x, y));
    const masked = new Camera(newHealth, usableCells([left])).show(120, street()).show(120, half);
    expect(masked.said).toEqual([]);
    const other = new Camera(newHealth, usableCells([left]))
      .show(120, street())
      .show(60, (x, y) => (x < 80 ? street()(x, y) : 2));
    expect(other.said).toEqual([expect.stringMatching(/ black began$/)]);
  });

  it('never alarms for a healthy place, whatever its brightness and contrast', () => {
    const range = { gain: fc.double({ min: 0.35, max: 1, noNaN: true }), lift: fc.integer({ min: 20, max: 60 }) };
    fc.assert(
      fc.property(fc.record(range), ({ gain, lift }) => {
        const shade = (x: number, y: number): number => street()(x, y) * gain + lift;
        expect(new Camera().show(130, shade).said).toEqual([]);
      }),
      { numRuns: 6 },
    );
  });
});

describe('what is kept over a restart', () => {
  it('is the learned view: a camera that is turned meanwhile is told', () => {
    const restarted = new Camera(readHealth(writeHealth(learned)));
    expect(restarted.show(100, street(30)).said).toEqual([expect.stringMatching(/ moved began$/)]);
  });

  it('is what is wrong: its end is told', () => {
    const covered = camera().show(60, () => 70);
    expect(covered.said).toEqual([expect.stringMatching(/ covered began$/)]);
    const restarted = new Camera(readHealth(writeHealth(covered.state)));
    expect(restarted.show(60, street()).said).toEqual([expect.stringMatching(/ covered ended$/)]);
  });

  it('is small, and nothing where it cannot be read', () => {
    expect(writeHealth(learned).length).toBeLessThan(12_000);
    for (const json of ['{}', '[]', 'null', '{"version":2}']) expect(readHealth(json)).toEqual(newHealth);
  });
});
