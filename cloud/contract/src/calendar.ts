import { z } from 'zod';
import { idSchema, shortText } from './primitives.js';

/** `22:00-06:00`, in the site's zone: over midnight where the end lies before the beginning, all day where both are the same. */
export const hoursSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/);

/** What a date counts as. A `holiday` is a kind of day of its own beside the seven of the week. */
export const dayKinds = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'] as const;
export const dayKindSchema = z.enum(dayKinds);
export type DayKind = z.infer<typeof dayKindSchema>;

/** The two periods that every site has: `site.night` each day, and the rest. A calendar may give them hours of its own. */
export const builtInPeriods = ['day', 'night'] as const;

export const calendarPeriodSchema = z.object({
  /** What rules call it. */
  id: idSchema,
  name: shortText.min(1),
  /** The days on which it begins; hours over midnight run on into the next day, whatever that is. */
  days: z.array(dayKindSchema).min(1).max(8),
  hours: hoursSchema,
});
export type CalendarPeriod = z.infer<typeof calendarPeriodSchema>;

/** A date that counts as another kind of day: a holiday, or a Saturday that is worked like a Friday. */
export const calendarDateSchema = z.object({ date: z.iso.date(), day: dayKindSchema, name: shortText.optional() });

export const calendarSchema = z.object({
  dates: z.array(calendarDateSchema).max(400),
  /** In the order in which they are looked at: where several are on, the first one that a rule knows counts. */
  periods: z.array(calendarPeriodSchema).max(32),
});
export type Calendar = z.infer<typeof calendarSchema>;

export const emptyCalendar: Calendar = { dates: [], periods: [] };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** 1970-01-01 was a Thursday. */
const WEEK = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'] as const;

/** What the clocks on the site's walls show, written as if it were UTC, in milliseconds since 1970. */
export type LocalTime = number;

/** The kind of day of a local time. */
export function dayKindAt(calendar: Calendar, local: LocalTime): DayKind {
  const date = new Date(local).toISOString().slice(0, 10);
  const listed = calendar.dates.find((one) => one.date === date);
  return listed?.day ?? WEEK[Math.floor(local / DAY_MS) % 7] ?? 'mon';
}

/** Ids of the periods that are on, in the calendar's order; `night` or `day` comes last where the calendar has neither. */
export function periodsAt(calendar: Calendar, night: string, local: LocalTime): string[] {
  const on = calendar.periods.filter((period) => isOn(calendar, period, local)).map(({ id }) => id);
  if (on.includes('night') || on.includes('day')) return on;
  return [...on, isWithin(night, local) ? 'night' : 'day'];
}

function isOn(calendar: Calendar, { days, hours }: CalendarPeriod, local: LocalTime): boolean {
  const { from, length } = span(hours);
  const sinceBegin = (minuteOf(local) - from + 1440) % 1440;
  if (sinceBegin >= length) return false;
  return days.includes(dayKindAt(calendar, local - sinceBegin * MINUTE_MS));
}

/** True within hours that begin each day; hours that end where they begin are no night at all. */
function isWithin(hours: string, local: LocalTime): boolean {
  const { from, length } = span(hours);
  return length < 1440 && (minuteOf(local) - from + 1440) % 1440 < length;
}

function span(hours: string): { readonly from: number; readonly length: number } {
  const [from = 0, to = 0] = hours.split('-').map((clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));
  return { from, length: to > from ? to - from : to - from + 1440 };
}

function minuteOf(local: LocalTime): number {
  return Math.floor(local / MINUTE_MS) % 1440;
}
