import { correlate } from './compare.js';
import type { Features } from './features.js';
import { CELLS } from './grid.js';

/** How a camera's picture looks in one light: by day, by night with lamps, by night with infrared. */
export interface Regime {
  readonly means: Float32Array;
  readonly edges: Float32Array;
  readonly fine: Float32Array;
  /** Usual mean change from one picture to the next. */
  readonly change: number;
  /** For how long it was learned, and since when it was not seen. */
  readonly learnedMs: number;
  readonly idleMs: number;
}

/** How well a picture fits a regime. */
export interface Fit {
  readonly index: number;
  readonly regime: Regime;
  /** Correlation of the edges (−1…1): the view. Light moves it little. */
  readonly view: number;
  /** Correlation of the brightness (−1…1): the light. */
  readonly light: number;
}

/** A regime that was seen for less says too little of what is missing in a picture. */
const RIPE_MS = 60_000;
const MOST_REGIMES = 4;
/** Slow: what changes over an hour is followed, what changes within minutes is not. */
const LEARNING_MS = 15 * 60_000;

export function isRipe({ learnedMs }: Regime): boolean {
  return learnedMs >= RIPE_MS;
}

/** The regime that the picture fits best; undefined where there is none yet. */
export function bestFit(
  regimes: readonly Regime[],
  { means, edges }: Pick<Features, 'means' | 'edges'>,
  cells: Uint16Array,
): Fit | undefined {
  let best: Fit | undefined;
  for (const [index, regime] of regimes.entries()) {
    const view = correlate(edges, regime.edges, cells);
    const light = correlate(means, regime.means, cells);
    if (!best || view + light / 2 > best.view + best.light / 2) best = { index, regime, view, light };
  }
  return best;
}

/** The regimes after a healthy picture that fits the one at `index`. */
export function learn(regimes: readonly Regime[], index: number, seen: Features, dtMs: number): readonly Regime[] {
  return regimes.map((regime, at) => {
    if (at !== index) return { ...regime, idleMs: regime.idleMs + dtMs };
    const learnedMs = Math.min(regime.learnedMs + dtMs, LEARNING_MS);
    const weight = dtMs / Math.max(learnedMs, dtMs);
    return {
      means: blend(regime.means, seen.means, weight),
      edges: blend(regime.edges, seen.edges, weight),
      fine: blend(regime.fine, seen.fine, weight),
      change: seen.changed === undefined ? regime.change : regime.change + (seen.changed - regime.change) * weight,
      learnedMs,
      idleMs: 0,
    };
  });
}

/** The regimes with one more, in the place of the one that was not seen for the longest time if there is no room. */
export function addRegime(regimes: readonly Regime[], seen: Features): readonly Regime[] {
  const { means, edges, fine, changed = 0 } = seen;
  const added: Regime = { means, edges, fine, change: changed, learnedMs: 0, idleMs: 0 };
  if (regimes.length < MOST_REGIMES) return [...regimes, added];
  const oldest = regimes.reduce((one, other) => (other.idleMs > one.idleMs ? other : one));
  return [...regimes.filter((regime) => regime !== oldest), added];
}

/** `weight` 0…1 of the second. */
function blend(one: Float32Array, other: Float32Array, weight: number): Float32Array {
  const blended = new Float32Array(CELLS);
  for (let cell = 0; cell < CELLS; cell += 1) {
    const before = one[cell] ?? 0;
    blended[cell] = before + ((other[cell] ?? 0) - before) * weight;
  }
  return blended;
}
