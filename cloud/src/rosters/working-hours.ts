import { addDays, localMoment, minutesOf } from './local-time.js';
import type { LocalDate, Workdays } from './workdays.js';

export interface OfficeHours {
  /** `08:30-12:00`, on workdays; `22:00-06:00` into the day after one. `00:00-24:00` is every hour of every day. */
  readonly workingHours: readonly string[];
}

/** Whether a moment lies in the working hours of a playbook. @param zone IANA zone of the compound. */
export function hoursAt(
  { workingHours }: OfficeHours,
  at: Date,
  place: { readonly zone: string; readonly workdays: Workdays },
): 'working' | 'off' {
  if (workingHours.includes('00:00-24:00')) return 'working';
  const { date, minute } = localMoment(at, place.zone);
  const worksOn = (day: LocalDate, minutes: number): boolean =>
    place.workdays.isWorkday(day) && workingHours.map(minutesOf).some(([from, to]) => from <= minutes && minutes < to);
  return worksOn(date, minute) || worksOn(addDays(date, -1), minute + 1440) ? 'working' : 'off';
}
