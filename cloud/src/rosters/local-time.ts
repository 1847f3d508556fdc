import type { LocalDate } from './workdays.js';

/** A moment as the clocks at a place show it. */
export interface LocalMoment {
  readonly date: LocalDate;
  /** Minutes since midnight. */
  readonly minute: number;
}

const MINUTE_MS = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** @param zone IANA zone. */
export function localMoment(at: Date, zone: string): LocalMoment {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const { year = '', month = '', day = '', hour = '0', minute = '0' } = parts as Record<string, string>;
  return { date: `${year}-${month}-${day}`, minute: Number(hour) * 60 + Number(minute) };
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const numeric = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-CA', { ...numeric, timeZone: zone, hourCycle: 'h23' });
  formats.set(zone, format);
  return format;
}

const DAY_MINUTES = 1440;

/** `08:30-12:00` as minutes since midnight, from and to. `22:00-06:00` ends on the next day, after minute 1440. */
export function minutesOf(hours: string): readonly [number, number] {
  const [from = 0, to = 0] = hours.split('-').map((clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));
  return [from, to > from ? to : to + DAY_MINUTES];
}

/** The moment at which the clocks at a place show this; minute 1440 is the next midnight, and so on. */
export function instantOf({ date, minute }: LocalMoment, zone: string): Date {
  const asUtc = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS;
  let guess = asUtc;
  for (let turn = 0; turn < 2; turn += 1) guess = asUtc - offsetAt(new Date(guess), zone);
  return new Date(guess);
}

function offsetAt(at: Date, zone: string): number {
  const { date, minute } = localMoment(at, zone);
  const shown = Date.parse(`${date}T00:00:00Z`) + minute * MINUTE_MS;
  return shown - Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MINUTES * MINUTE_MS).toISOString().slice(0, 10);
}
