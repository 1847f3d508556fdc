/**
 * A device's own time as it stands in the message. `ms` is an instant (milliseconds since 1970 UTC) where `zone`
 * is given; without one it is the local time, written as if it were UTC.
 */
export interface DeviceMoment {
  readonly ms: number;
  /** `Z` or a numeric offset such as `+08:00`. */
  readonly zone: string | undefined;
}

export type TimeFormat = 'iso' | 'local' | 'epoch-s' | 'epoch-ms' | 'packed';

const YEARS = { first: 1970, last: 2199 } as const;
const LAST_MS = Date.UTC(YEARS.last + 1, 0, 1);

/** Undefined where there is no time, or none that can be: 0000-00-00, the 31st of February, 25 o'clock. */
export function readMoment(value: unknown, format: TimeFormat): DeviceMoment | undefined {
  switch (format) {
    case 'epoch-s':
      return instant(count(value) * 1000);
    case 'epoch-ms':
      return instant(count(value));
    case 'local':
      return typeof value === 'string' ? readText(value, false) : undefined;
    case 'iso':
      return typeof value === 'string' ? readText(value, true) : undefined;
    case 'packed':
      return readPacked(count(value));
  }
}

/** NaN for what is neither a number nor a text: an object may have a `toString` of its own. */
function count(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

const PACKED = { firstYear: 2000, daySeconds: 86_400, monthDays: 31, yearMonths: 12 } as const;

/** Seconds since the year 2000, as if every month had 31 days; local time. */
function readPacked(seconds: number): DeviceMoment | undefined {
  if (!Number.isSafeInteger(seconds) || seconds <= 0) return undefined;
  const days = Math.floor(seconds / PACKED.daySeconds);
  const months = Math.floor(days / PACKED.monthDays);
  const year = PACKED.firstYear + Math.floor(months / PACKED.yearMonths);
  const month = (months % PACKED.yearMonths) + 1;
  const day = (days % PACKED.monthDays) + 1;
  if (year > YEARS.last || day > daysIn(year, month)) return undefined;
  return { ms: Date.UTC(year, month - 1, day) + (seconds % PACKED.daySeconds) * 1000, zone: undefined };
}

function instant(ms: number): DeviceMoment | undefined {
  return ms > 0 && ms < LAST_MS ? { ms: Math.round(ms), zone: 'Z' } : undefined;
}

/** `YYYY-MM-DD HH:mm[:ss[.fff]][zone]`; any separators, as devices use `-`, `/`, `.`, `T` and blanks. */
function readText(text: string, believeZone: boolean): DeviceMoment | undefined {
  const ms = calendarTime(text);
  if (ms === undefined) return undefined;
  let at = text.charCodeAt(16) === 0x3a ? 19 : 16;
  let fraction = 0;
  if (text[at] === '.' || text[at] === ',') {
    const start = at + 1;
    at = afterDigits(text, start);
    fraction = Math.floor(Number(`0.${text.slice(start, at)}`) * 1000);
  }
  if (!believeZone) return { ms: ms + fraction, zone: undefined };
  const zone = text.slice(at).trim();
  if (zone === '') return { ms: ms + fraction, zone: undefined };
  const offset = zoneMinutes(zone);
  return offset === undefined ? undefined : { ms: ms + fraction - offset * 60_000, zone: zone === 'z' ? 'Z' : zone };
}

function calendarTime(text: string): number | undefined {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = text.charCodeAt(16) === 0x3a ? digits(text, 17, 2) : 0;
  if (!(year >= YEARS.first && year <= YEARS.last && month >= 1 && month <= 12 && day >= 1)) return undefined;
  if (!(hour <= 23 && minute <= 59 && second <= 60) || day > daysIn(year, month)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, Math.min(second, 59));
}

/** NaN where it is not all digits, so that every comparison fails. */
function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

function afterDigits(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) >= 0x30 && text.charCodeAt(at) <= 0x39) at += 1;
  return at;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function zoneMinutes(zone: string): number | undefined {
  if (zone === 'Z' || zone === 'z') return 0;
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null || Number(match[2]) > 15 || Number(match[3]) > 59) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}
