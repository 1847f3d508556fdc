import { deviationOf, findShift, meanOf, quantileOf, shareOf } from './compare.js';
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
  detailLeft: 0.5,
  coveredShare: 0.5,
  blurredShare: 0.6,
  /** Correlation of the light above which a picture without detail is blurred, and below which it is covered. */
  blurredLight: 0.8,
  coveredLight: 0.5,
  /** Detail that is new, from which something else is seen and not a cover. */
  otherDetail: 0.12,
  /** And from which it is another view, where light and edges are not those of the place. */
  muchOther: 0.4,
  /** Lost detail from which a view is not learned from. */
  learnedLost: 0.3,
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

/** What a picture is, against the regime that it fits best. Pure. */
export function judge(features: Features, fit: Fit | undefined, cells: Uint16Array): Sight {
  if (isBlack(features, cells)) return seen('black');
  if (meanOf(features.bright, cells) >= limits.bright) return seen('overexposed');
  if ((fit?.view ?? 0) < limits.sameView && isCard(features, cells)) return seen('signal_lost');
  if (!fit) return { condition: undefined, familiar: false };
  return isRipe(fit.regime) ? againstUsual(features, fit, cells) : { condition: undefined, familiar: isView(fit) };
}

function againstUsual(features: Features, fit: Fit, cells: Uint16Array): Sight {
  const { lost, gained } = detailOf(features, fit, cells);
  if (lost >= limits.blurredShare && fit.light >= limits.blurredLight) return seen('blurred');
  if (lost >= limits.coveredShare && isHidden(fit)) return seen(gained < limits.otherDetail ? 'covered' : 'moved');
  if (gained >= limits.muchOther && fit.light < limits.coveredLight && !isView(fit)) return seen('moved');
  if (isView(fit)) return { condition: undefined, familiar: lost < limits.learnedLost };
  return isElsewhere(fit, features.edges, cells) ? seen('moved') : { condition: undefined, familiar: false };
}

function isView({ view }: Fit): boolean {
  return view >= limits.sameView;
}

/** Something else is before the lens: neither edges nor light are those of the place, though some may shine through. */
function isHidden({ view, light }: Fit): boolean {
  return view < limits.sameView || light < limits.coveredLight;
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

interface Detail {
  /** Share of the cells with detail, 0…1, whose detail is gone: more than the light explains, and above the noise. */
  readonly lost: number;
  /** Detail where there was less of it, against all that there was. */
  readonly gained: number;
}

function detailOf({ fine, means }: Features, { regime }: Fit, cells: Uint16Array): Detail {
  const noise = quantileOf(fine, cells, 0.2);
  const usualNoise = quantileOf(regime.fine, cells, 0.2);
  const contrast = deviationOf(means, cells) / Math.max(1, deviationOf(regime.means, cells));
  const left = limits.detailLeft * Math.min(1, Math.max(0.2, contrast));
  let textured = 0;
  let lost = 0;
  let all = 0;
  let more = 0;
  for (const cell of cells) {
    const usual = Math.max(0, (regime.fine[cell] as number) - usualNoise);
    const now = Math.max(0, (fine[cell] as number) - noise);
    all += usual;
    if (now > usual) more += now - usual;
    if (usual <= TEXTURE) continue;
    textured += 1;
    if (now < left * usual) lost += 1;
  }
  return textured < LEAST_TEXTURED ? { lost: 0, gained: 0 } : { lost: lost / textured, gained: more / all };
}

/** The edges stand elsewhere, or are those of another scene. Other light alone leaves them where they were. */
function isElsewhere({ view, regime }: Fit, edges: Float32Array, cells: Uint16Array): boolean {
  if (view < limits.otherView) return true;
  const { correlation } = findShift(edges, regime.edges, cells);
  return correlation >= limits.shiftedView && correlation >= view + limits.shiftGain;
}
