import { calendarDateSchema, type DayKind } from '@angrid/contract';
import chineseDays from 'chinese-days';
import { z } from 'zod';

/** `2026-10-10`, a date at the place. */
export type LocalDate = string;

/**
 * Dates that the State Council has announced and the built-in table does not know yet, or that a place keeps otherwise.
 * A year that stands in `years` counts as known.
 */
export const workdayOverridesSchema = z.strictObject({
  years: z.array(z.int().min(2000).max(2100)).max(20).default([]),
  holidays: z.array(calendarDateSchema.shape.date).max(1000).default([]),
  workdays: z.array(calendarDateSchema.shape.date).max(1000).default([]),
});
export type WorkdayOverrides = z.infer<typeof workdayOverridesSchema>;

export interface Workdays {
  /** With public holidays and make-up workdays; a year without a table has its weekends only. */
  isWorkday(date: LocalDate): boolean;
  /** What a date counts as: a public holiday is one, whatever its weekday; a weekend that is worked counts as a Friday. */
  dayKind(date: LocalDate): DayKind;
  /** Whether holidays of the year are known. */
  knows(year: number): boolean;
}

export const noOverrides: WorkdayOverrides = { years: [], holidays: [], workdays: [] };

/** Workdays in China: the table of chinese-days, with what the file of overrides says in its place. */
export function workdaysOfChina(overrides: WorkdayOverrides = noOverrides): Workdays {
  const holidays = new Set(overrides.holidays);
  const workdays = new Set(overrides.workdays);
  const isWorkday = (date: LocalDate): boolean =>
    workdays.has(date) || (!holidays.has(date) && chineseDays.isWorkday(date));
  const kindOf = (date: LocalDate): DayKind => {
    const day = weekday(date);
    if (isWorkday(date)) return day === 'sat' || day === 'sun' ? 'fri' : day;
    return holidays.has(date) || isPublicHoliday(date) ? 'holiday' : day;
  };
  const known = new Map<LocalDate, DayKind>();
  return {
    isWorkday,
    dayKind: (date) => {
      const kind = known.get(date) ?? kindOf(date);
      known.set(date, kind);
      return kind;
    },
    knows: (year) => overrides.years.includes(year) || hasTable(year),
  };
}

const WEEK = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

function weekday(date: LocalDate): (typeof WEEK)[number] {
  return WEEK[new Date(`${date}T00:00:00Z`).getUTCDay()] ?? 'mon';
}

/** Named in the table, weekends among it. */
function isPublicHoliday(date: LocalDate): boolean {
  return chineseDays.getHolidaysInRange(date, date, false).length > 0;
}

function hasTable(year: number): boolean {
  return chineseDays.getHolidaysInRange(`${year}-01-01`, `${year}-12-31`, false).length > 0;
}

/** Years of which no table is there: this one, and in December the next one, which is announced by then. */
export function missingYears(workdays: Workdays, today: LocalDate): readonly number[] {
  const [year = 0, month = 0] = today.split('-').map(Number);
  return (month === 12 ? [year, year + 1] : [year]).filter((one) => !workdays.knows(one));
}
