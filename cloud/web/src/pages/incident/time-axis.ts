/** A pause longer than this is cut out of the axis and drawn as a break. */
export const BREAK_MS = 45_000;
/** Width of a break in pixels. */
export const BREAK_WIDTH = 44;
const TICK_SPACE = 92;
/** A step of time that is not a break is at least this wide, so that neighbours can be told apart. */
const SHORTEST_STEP = 3;

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600].map((seconds) => seconds * 1000);

export interface AxisBreak {
  readonly x: number;
  readonly width: number;
  readonly ms: number;
}

export interface Axis {
  readonly width: number;
  readonly ticks: readonly { readonly at: number; readonly x: number }[];
  readonly breaks: readonly AxisBreak[];
  /** Pixels of an instant; before the first and after the last it stays at the edge. */
  x(at: number): number;
}

interface Step {
  readonly from: number;
  readonly to: number;
  readonly isBreak: boolean;
  readonly x: number;
  readonly width: number;
}

/**
 * Seconds matter where something happens and hours do not where nothing does: the axis is linear between instants that
 * lie close together, and long pauses become breaks of one width. `instants` in ms, in any order, at least one.
 */
export function layoutAxis(instants: readonly number[], width: number): Axis {
  const points = [...new Set(instants)].sort((a, b) => a - b);
  const steps = stepsOf(points, width);
  const breaks = steps.filter(({ isBreak }) => isBreak);
  return {
    width,
    breaks: breaks.map(({ x, width: wide, from, to }) => ({ x, width: wide, ms: to - from })),
    ticks: ticksOf(steps, points[0] ?? 0),
    x: (at) => position(steps, at, width),
  };
}

function stepsOf(points: readonly number[], width: number): Step[] {
  const gaps = points.slice(1).map((to, index) => ({ from: points[index] ?? to, to }));
  const linear = gaps.filter(({ from, to }) => to - from <= BREAK_MS);
  const total = linear.map(({ from, to }) => to - from).reduce((sum, ms) => sum + ms, 0);
  const breakCount = gaps.length - linear.length;
  const breakWidth = Math.min(BREAK_WIDTH, breakCount === 0 ? 0 : width / (2 * breakCount));
  const floor = Math.min(SHORTEST_STEP, linear.length === 0 ? 0 : width / (4 * linear.length));
  const free = width - breakCount * breakWidth - linear.length * floor;
  const steps: Step[] = [];
  let x = 0;
  for (const { from, to } of gaps) {
    const isBreak = to - from > BREAK_MS;
    const wide = isBreak ? breakWidth : floor + (total === 0 ? 0 : (free * (to - from)) / total);
    steps.push({ from, to, isBreak, x, width: wide });
    x += wide;
  }
  return steps;
}

function position(steps: readonly Step[], at: number, width: number): number {
  const step = steps.find(({ to }) => at <= to);
  if (!step) return steps.length === 0 ? width / 2 : width;
  if (at <= step.from) return step.x;
  return step.x + (step.width * (at - step.from)) / (step.to - step.from);
}

/** One tick at the start, one after each break, and round instants between where there is room. */
function ticksOf(steps: readonly Step[], first: number): { at: number; x: number }[] {
  const ticks = [{ at: first, x: steps[0]?.x ?? 0 }];
  const end = steps.at(-1);
  const hasRoom = (x: number): boolean => x - (ticks.at(-1)?.x ?? 0) >= TICK_SPACE;
  for (const run of runsOf(steps)) {
    if (hasRoom(run.x)) ticks.push({ at: run.from, x: run.x });
    const perMs = run.width / Math.max(1, run.to - run.from);
    const step = STEPS_MS.find((ms) => ms * perMs >= TICK_SPACE);
    if (step === undefined) continue;
    for (let at = Math.ceil(run.from / step) * step; at < run.to; at += step) {
      const x = position(steps, at, run.x + run.width);
      if (hasRoom(x) && (end === undefined || end.x + end.width - x >= TICK_SPACE / 2)) ticks.push({ at, x });
    }
  }
  return ticks;
}

/** Neighbouring steps between two breaks, as one. */
function runsOf(steps: readonly Step[]): Step[] {
  const runs: Step[] = [];
  let open = false;
  for (const step of steps) {
    const last = runs.at(-1);
    if (step.isBreak) open = false;
    else if (open && last) runs[runs.length - 1] = { ...last, to: step.to, width: last.width + step.width };
    else {
      runs.push(step);
      open = true;
    }
  }
  return runs;
}

export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Puts extents (pixels) into as few rows as keep them apart: the row of each, in the order given. */
export function packRows(extents: readonly Extent[], gap: number): number[] {
  const rowEnds: number[] = [];
  const order = extents.map((extent, index) => ({ extent, index })).sort((a, b) => a.extent.from - b.extent.from);
  const rows = new Array<number>(extents.length).fill(0);
  for (const { extent, index } of order) {
    const free = rowEnds.findIndex((end) => end + gap <= extent.from);
    const row = free < 0 ? rowEnds.length : free;
    rowEnds[row] = extent.to;
    rows[index] = row;
  }
  return rows;
}

/** About how wide a label is: full for Han, a bit over half for Latin. `size` is the font size in pixels. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const char of text) width += (char.codePointAt(0) ?? 0) > 0x2e7f ? size : size * 0.58;
  return Math.ceil(width);
}

export interface PlacedLabel {
  readonly x: number;
  readonly anchor: 'start' | 'end';
  /** It lies above the bar itself. */
  readonly above: boolean;
}

export interface PlacedBar {
  readonly bar: Extent;
  readonly label: PlacedLabel;
  /** Bar and label together. */
  readonly extent: Extent;
}

const LABEL_GAP = 9;

/** A label stands to the right of its bar; where there is no room, to its left; else above the bar itself. */
export function placeLabel(bar: Extent, label: number, width: number): PlacedBar {
  const { from, to } = bar;
  const space = label + LABEL_GAP;
  if (to + space <= width)
    return { bar, label: { x: to + LABEL_GAP, anchor: 'start', above: false }, extent: { from, to: to + space } };
  if (from - space >= 0)
    return { bar, label: { x: from - LABEL_GAP, anchor: 'end', above: false }, extent: { from: from - space, to } };
  const x = Math.max(0, Math.min(from + LABEL_GAP, width - label));
  return {
    bar,
    label: { x, anchor: 'start', above: true },
    extent: { from: Math.min(from, x), to: Math.max(to, x + label) },
  };
}
