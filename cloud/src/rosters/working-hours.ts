import { localMoment, minutesOf } from './local-time.js';
import type { Workdays } from './workdays.js';

export interface OfficeHours {
  /** `08:30-12:00`, on workdays. `00:00-24:00` is every hour of every day. */
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
  if (!place.workdays.isWorkday(date)) return 'off';
  const within = workingHours.map(minutesOf).some(([from, to]) => from <= minute && minute < to);
  return within ? 'working' : 'off';
}
