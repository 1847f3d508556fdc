import { correlate, deviationOf, findShift, meanOf, quantileOf, shareOf } from './compare.js';
import type { Condition } from './condition.js';
import type { Features } from './features.js';
import { type Fit, isRipe } from './regime.js';

/** What is seen in one picture. */
export interface Sight {
  readonly condition: Condition | undefined;
  /** The picture is the learned view, whatever the light: it may be learned from. */
  readonly familiar: boolean;
}

export const limits = {
  /** Mean brightness below which a picture shows nothing, and how much of it may be brighter: a clock written into it. */
  blackMean: 18,
  blackPart: 60,
  blackShare: 0.04,
  /** Share of pixels at the upper end. */
  bright: 0.5,
  /** Share of cells of one brightness, without edges, that makes a card of a picture. */
  cardShare: 0.6,
  cardEdges: 0.6,
  /** Mean change from picture to picture, of a card and of bars. */
  cardChange: 0.3,
  barsShare: 0.7,
  barsChange: 0.1,
  /** Detail that is left, against what the light lets expect, below which a cell has lost it. */
  detailLeft: 0.35,
  coveredShare: 0.5,
  blurredShare: 0.7,
  /** Correlation of the light above which a picture without detail is blurred, not covered. */
  blurredLight: 0.8,
  /** Correlation of the edges from which a view is the learned one, and below which it is another. */
  sameView: 0.55,
  otherView: 0.3,
  /** A shifted view correlates so well at its new place, and by so much better than at the old one. */
  shiftedView: 0.5,
  shiftGain: 0.12,
} as const;

/** Cells with detail, without which nothing can be said of it. */
const LEAST_TEXTURED = 12;
/** Detail above the noise of the flattest cells. */
const TEXTURE = 4;

const seen = (condition: Condition): Sight => ({ condition, familiar: false });

/**
 * What a picture is, against the regime that it fits best. `edges` are those of the last few pictures together, so that
 * who walks by weighs little. Pure.
 */
export function judge(features: Features, fit: Fit | undefined, edges: Float32Array, cells: Uint16Array): Sight {
  if (isBlack(features, cells)) return seen('black');
  if (meanOf(features.bright, cells) >= limits.bright) return seen('overexposed');
  const present = fit ? correlate(features.edges, fit.regime.edges, cells) : 0;
  if (present < limits.sameView && isCard(features, cells)) return seen('signal_lost');
  if (!fit) return { condition: undefined, familiar: false };
  if (isRipe(fit.regime)) {
    const lost = lostDetail(features, fit, cells);
    if (lost >= limits.blurredShare && fit.light >= limits.blurredLight) return seen('blurred');
    if (lost >= limits.coveredShare && present < limits.sameView) return seen('covered');
  }
  if (fit.view >= limits.sameView) return { condition: undefined, familiar: true };
  return isRipe(fit.regime) && isElsewhere(fit, edges, cells)
    ? seen('moved')
    : { condition: undefined, familiar: false };
}

function isBlack({ means }: Features, cells: Uint16Array): boolean {
  if (meanOf(means, cells) >= limits.blackMean) return false;
  return shareOf(cells, (cell) => (means[cell] ?? 0) > limits.blackPart) < limits.blackShare;
}

/** What a recorder or encoder shows in place of a picture: one flat colour, or bars, and nothing moves, not even noise. */
function isCard({ means, edges, change, changed }: Features, cells: Uint16Array): boolean {
  if (!change || changed === undefined || changed > limits.cardChange) return false;
  const counts = new Uint16Array(258);
  let flat = 0;
  for (const cell of cells) {
    if ((edges[cell] ?? 0) > limits.cardEdges) continue;
    flat += 1;
    const level = Math.round(means[cell] ?? 0) + 1;
    for (let near = level - 1; near <= level + 1; near += 1) counts[near] = (counts[near] ?? 0) + 1;
  }
  const isBars = flat >= limits.barsShare * cells.length && changed <= limits.barsChange;
  return isBars || counts.some((count) => count >= limits.cardShare * cells.length);
}

/** Share of the cells with detail, 0…1, whose detail is gone: more than the light explains, and above the noise. */
function lostDetail({ fine, means }: Features, { regime }: Fit, cells: Uint16Array): number {
  const noise = quantileOf(fine, cells, 0.2);
  const usualNoise = quantileOf(regime.fine, cells, 0.2);
  const contrast = deviationOf(means, cells) / Math.max(1, deviationOf(regime.means, cells));
  const left = limits.detailLeft * Math.min(1, Math.max(0.2, contrast));
  const textured = cells.filter((cell) => (regime.fine[cell] ?? 0) > usualNoise + TEXTURE);
  if (textured.length < LEAST_TEXTURED) return 0;
  return shareOf(textured, (cell) => (fine[cell] ?? 0) - noise < left * ((regime.fine[cell] ?? 0) - usualNoise));
}

/** The edges stand elsewhere, or are those of another scene. Other light alone leaves them where they were. */
function isElsewhere({ view, regime }: Fit, edges: Float32Array, cells: Uint16Array): boolean {
  if (view < limits.otherView) return true;
  const { correlation } = findShift(edges, regime.edges, cells);
  return correlation >= limits.shiftedView && correlation >= view + limits.shiftGain;
}
