import type { GatewayTime } from '@angrid/contract';
import { countOf, holds, without } from './ranges.js';
import { type Count, type Gap, ledgerLimits, type LedgerState } from './state.js';

/** A number as an event tells it. */
export interface Numbered {
  readonly number: number;
  /** The number that the device gave before this one: what lies between was never given. */
  readonly previous: number | undefined;
  readonly word: string;
  readonly late: boolean;
  readonly happenedMs: number;
  readonly at: GatewayTime;
}

export interface Counted {
  readonly state: LedgerState;
  /** The gap that the number was missing from. */
  readonly fills?: Gap;
}

/** No panel keeps as many events: a larger step is another count. */
const MOST_SKIPPED = 100_000;
/** Numbers this close before the first one heard only came in another order. */
const NEAR = 16;

/**
 * Takes a number into account. A number above the last one opens a gap where some are left out; a missing one, of this
 * or an earlier count, fills its gap; and a live one that was there already, in a count that has no name, begins a new
 * count, as does a new name. A new count is no gap.
 */
export function takeNumber(state: LedgerState, numbered: Numbered): Counted {
  const { number, word } = numbered;
  if (state.count === undefined) return { state: begin(state, numbered) };
  if (number === state.latest && word === state.count.word) return { state };
  const gap = state.gaps.find((one) => one.word === word && holds(one.missing, number) && mayFill(one, numbered));
  if (gap !== undefined) return { state: { ...fill(state, gap, numbered), latest: number }, fills: gap };
  const older = olderOf(state, numbered);
  if (older !== undefined) return { state: extendOlder(state, older, numbered) };
  const { count } = state;
  if (count.word !== word || number - count.last > MOST_SKIPPED) return { state: begin(state, numbered) };
  if (number > count.last) return { state: extend(state, count, numbered) };
  return { state: isRestart(count, numbered) ? begin(state, numbered) : withoutVoid(state, count, numbered) };
}

/** What is given up for lost still counts when it comes; a live number of a nameless count is rather a new count's. */
function mayFill(gap: Gap, { late, word }: Numbered): boolean {
  return gap.state === 'open' || late || word !== '';
}

function isRestart({ first, last }: Count, { number, word, late }: Numbered): boolean {
  if (word !== '' || late || number === last) return false;
  return number >= first || first - number > NEAR;
}

/** The earlier count that goes on with this number, where the present one does not. */
function olderOf({ count, older }: LedgerState, { number, word, late }: Numbered): Count | undefined {
  if (count?.word === word && (!late || number === count.last + 1)) return undefined;
  return older.find((one) => one.word === word && (word !== '' || number === one.last + 1));
}

function extendOlder(state: LedgerState, older: Count, numbered: Numbered): LedgerState {
  if (numbered.number <= older.last) return withoutVoid(state, older, numbered);
  const opened = openGap(state, older, numbered);
  const grown = grow(older, numbered);
  return { ...opened, older: opened.older.map((one) => (one === older ? grown : one)), latest: numbered.number };
}

function extend(state: LedgerState, count: Count, numbered: Numbered): LedgerState {
  const opened = numbered.number === count.last + 1 ? state : openGap(state, count, numbered);
  return { ...opened, count: grow(count, numbered), latest: numbered.number };
}

function grow(count: Count, { number, happenedMs }: Numbered): Count {
  return { ...count, last: number, lastMs: happenedMs };
}

function begin(state: LedgerState, { number, word, happenedMs }: Numbered): LedgerState {
  const { count, older } = state;
  const ordinal = (count?.ordinal ?? 0) + 1;
  return {
    ...state,
    count: { ordinal, word, first: number, last: number, lastMs: happenedMs },
    older: count === undefined ? older : [count, ...older].slice(0, ledgerLimits.counts),
    latest: number,
  };
}

function openGap(state: LedgerState, count: Count, { number, previous, happenedMs, at }: Numbered): LedgerState {
  const from = count.last + 1;
  const to = previous !== undefined && previous < number ? previous : number - 1;
  if (to < from) return state;
  const gap: Gap = {
    key: `gap/${count.ordinal}/${from}@${at.boot}:${at.monotonicMs}`,
    epoch: count.ordinal,
    word: count.word,
    from,
    to,
    missing: [{ from, to }],
    state: 'open',
    after: count.lastMs,
    before: happenedMs,
    noticedAt: at,
    told: false,
  };
  return { ...state, gaps: [...state.gaps, gap], busy: at };
}

function fill(state: LedgerState, gap: Gap, numbered: Numbered): LedgerState {
  const { number, previous, at } = numbered;
  const rest = without(gap.missing, number, number);
  if (rest.length > ledgerLimits.ranges) return state;
  const filled = replaceGap(state, gap, { ...gap, missing: rest });
  const { totals } = filled;
  const counted = gap.told ? { ...totals, backfilled: totals.backfilled + 1 } : totals;
  const found = gap.state === 'lost' ? { ...counted, lost: counted.lost - 1 } : counted;
  const now = { ...filled, totals: found, busy: at };
  return previous === undefined ? now : voidBetween(now, gap.word, { from: previous + 1, to: number - 1 });
}

function withoutVoid(state: LedgerState, { word }: Count, { number, previous }: Numbered): LedgerState {
  return previous === undefined ? state : voidBetween(state, word, { from: previous + 1, to: number - 1 });
}

/** Numbers that the device never gave are missing from nothing. */
function voidBetween(state: LedgerState, word: string, { from, to }: { from: number; to: number }): LedgerState {
  let voided = state;
  for (const gap of state.gaps) {
    if (gap.word !== word) continue;
    const missing = without(gap.missing, from, to);
    if (missing === gap.missing) continue;
    const lost = gap.state === 'lost' ? countOf(gap.missing) - countOf(missing) : 0;
    const totals = lost === 0 ? voided.totals : { ...voided.totals, lost: voided.totals.lost - lost };
    voided = { ...replaceGap(voided, gap, { ...gap, missing }), totals };
  }
  return voided;
}

export function replaceGap(state: LedgerState, gap: Gap, by: Gap): LedgerState {
  return { ...state, gaps: state.gaps.map((one) => (one === gap ? by : one)) };
}
