import { type Calendar, type DayKind, dayKindAt, type LocalTime, periodsAt } from '@angrid/contract';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const STEP = 15;

/** A run of minutes of one day within one period. */
export interface Band {
  readonly period: string;
  readonly from: number;
  readonly to: number;
}

export interface WeekDay {
  readonly at: LocalTime;
  readonly kind: DayKind;
  readonly name: string;
  /** Whether a date of the calendar has made it what it is. */
  readonly listed: boolean;
  readonly bands: readonly Band[];
}

type Hours = { readonly calendar: Calendar; readonly night: string };

/** What the clocks at the site show. Throws RangeError for a zone that nobody knows. */
export function siteTime(ms: number, timezone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const part = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
}

export function minuteOfDay(local: LocalTime): number {
  return Math.floor((local % DAY_MS) / MINUTE_MS);
}

/** The seven days from Monday on in which `local` lies, as rules see them. */
export function weekOf(local: LocalTime, hours: Hours): readonly WeekDay[] {
  const today = local - (local % DAY_MS);
  const monday = today - ((new Date(today).getUTCDay() + 6) % 7) * DAY_MS;
  return Array.from({ length: 7 }, (_, index) => dayOf(monday + index * DAY_MS, hours));
}

function dayOf(at: LocalTime, { calendar, night }: Hours): WeekDay {
  const date = new Date(at).toISOString().slice(0, 10);
  const listed = calendar.dates.find((one) => one.date === date);
  const bands: Band[] = [];
  for (let minute = 0; minute < 1440; minute += STEP) {
    const period = periodsAt(calendar, night, at + minute * MINUTE_MS)[0] ?? 'day';
    const last = bands.at(-1);
    if (last?.period === period) bands[bands.length - 1] = { ...last, to: minute + STEP };
    else bands.push({ period, from: minute, to: minute + STEP });
  }
  return { at, kind: dayKindAt(calendar, at), name: listed?.name ?? '', listed: listed !== undefined, bands };
}

/** How long a door may stand open now, by the site's own rule. */
export function heldOpenNow(
  rules: {
    readonly heldOpenSeconds: { readonly day: number; readonly night: number };
    readonly heldOpen: {
      readonly on: boolean;
      readonly except?: readonly string[] | undefined;
      readonly periods: readonly { readonly period: string; readonly seconds: number }[];
    };
  },
  on: readonly string[],
): number | undefined {
  const { heldOpen, heldOpenSeconds } = rules;
  if (!heldOpen.on || heldOpen.except?.some((period) => on.includes(period))) return undefined;
  const limit = heldOpen.periods.find(({ period }) => on.includes(period));
  return limit?.seconds ?? (on.includes('night') ? heldOpenSeconds.night : heldOpenSeconds.day);
}
