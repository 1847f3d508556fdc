import { begin, end, touch } from './alerts.js';
import { elapsedMs } from './elapsed.js';
import { type Rule, unchanged } from './rule.js';
import { findActive, slotOf } from './state.js';

const NAME = 'loud@1';
const KIND = 'health.storm';
const SLOT = slotOf(undefined, false);
/** How exactly it is known when it was loud last: a write a second at the most. */
const TOUCH_MS = 1000;
const CALM_MS = 60_000;

/** A device sends more than its share, so that equal events became one: an alert until a minute without. */
export const loud: Rule = {
  name: NAME,
  kinds: [KIND],
  onLoud(state, now) {
    const active = findActive(state, KIND, SLOT);
    if (active !== undefined)
      return unchanged(elapsedMs(active.last, now) < TOUCH_MS ? state : touch(state, active, now));
    const occurrence = { slot: SLOT, channel: undefined, exercise: false, since: now, events: [], now };
    return begin(state, {
      rule: NAME,
      kind: KIND,
      occurrence: `${now.boot}:${now.monotonicMs}`,
      ...occurrence,
      time: now.wall,
    });
  },
  onTick(state, now) {
    const active = findActive(state, KIND, SLOT);
    const isOver = active !== undefined && elapsedMs(active.last, now) > CALM_MS;
    return isOver ? end(state, [active], now.wall) : unchanged(state);
  },
};
