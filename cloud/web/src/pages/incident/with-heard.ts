import type { Incident } from '../../api/types.js';

/** The whole incident with what a message says of it since, which shows only some of its alerts and evidence. */
export function withHeard<Known extends Incident>(known: Known, heard: Incident): Known {
  return {
    ...known,
    ...heard,
    alerts: overlaid(known.alerts, heard.alerts, ({ alert }) => alert),
    evidence: overlaid(known.evidence, heard.evidence, ({ id }) => id),
  };
}

/** What is new takes the place of what was, or comes after it. */
function overlaid<Item>(before: readonly Item[], now: readonly Item[], nameOf: (item: Item) => string): Item[] {
  return [...new Map([...before, ...now].map((item) => [nameOf(item), item])).values()];
}
