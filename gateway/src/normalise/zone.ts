/** What a zone's clocks are ahead of UTC, in milliseconds, remembered by the quarter hour, as changes fall on quarters. */
type Offsets = (utcMs: number) => number;

const QUARTER_MS = 15 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const REMEMBERED_QUARTERS = 512;
const REMEMBERED_ZONES = 64;

/** A pure function of its argument, remembered: building a formatter costs a hundred times what using it costs. */
const offsetsOf = remember(REMEMBERED_ZONES, buildOffsets);

/**
 * The instant, in milliseconds since 1970 UTC, at which the clocks of an IANA zone show `localMs`, a local time written
 * as if it were UTC. In the hour that comes twice it takes the time nearer to `nearMs`; in the hour that is skipped it
 * takes a clock that was not put forward. Undefined for a zone that does not exist.
 */
export function instantOf(localMs: number, zone: string, nearMs: number): number | undefined {
  const offsets = offsetsOf(zone);
  if (offsets === undefined) return undefined;
  const before = offsets(localMs - DAY_MS);
  const after = offsets(localMs + DAY_MS);
  if (before === after) return localMs - before;
  const candidates = [before, after]
    .map((offset) => localMs - offset)
    .filter((utcMs) => utcMs + offsets(utcMs) === localMs);
  const [first = localMs - before, second = first] = candidates;
  return Math.abs(second - nearMs) < Math.abs(first - nearMs) ? second : first;
}

/** What the clocks of a zone show at an instant, written as if it were UTC. */
export function localOf(utcMs: number, zone: string): number | undefined {
  const offsets = offsetsOf(zone);
  return offsets === undefined ? undefined : utcMs + offsets(utcMs);
}

function buildOffsets(zone: string): Offsets | undefined {
  const format = formatter(zone);
  if (format === undefined) return undefined;
  const ofQuarter = remember(REMEMBERED_QUARTERS, (quarter: number) => measure(format, quarter * QUARTER_MS));
  return (utcMs) => ofQuarter(Math.floor(utcMs / QUARTER_MS));
}

function formatter(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

function measure(format: Intl.DateTimeFormat, utcMs: number): number {
  const parts = Object.fromEntries(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - utcMs;
}

function remember<K, V>(limit: number, compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = compute(key);
    if (known.size >= limit) known.clear();
    known.set(key, value);
    return value;
  };
}
