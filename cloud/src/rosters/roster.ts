import type { DayKind } from '@angrid/contract';
import { addDays, instantOf, localMoment, minutesOf } from './local-time.js';
import type { LocalDate, Workdays } from './workdays.js';

/** A weekly shift of a duty at a unit. */
export interface Shift {
  readonly duty: string;
  readonly unit: string;
  readonly account: string;
  /** Kinds of day on which it begins. */
  readonly days: readonly DayKind[];
  /** `20:00-08:00`: over midnight where the end lies before the beginning, all day where both are the same. */
  readonly hours: string;
  /** First and last day on which it begins; null: until further notice. */
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

/** An account that is not there; its stand-in takes its shifts. */
export interface Away {
  readonly account: string;
  readonly standIn: string | null;
  readonly from: Date;
  readonly to: Date;
}

/** An account that is there besides its shifts. */
export interface Extra {
  readonly duty: string;
  readonly unit: string;
  readonly account: string;
  readonly from: Date;
  readonly to: Date;
}

export interface Roster {
  readonly shifts: readonly Shift[];
  readonly away: readonly Away[];
  readonly extra: readonly Extra[];
  /** IANA zone in which its hours are. */
  readonly zone: string;
  readonly workdays: Workdays;
}

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Accounts that are on duty, each once; undefined where no roster is kept of the duty at the unit. A stand-in who is
 * away too is stood in for by the next, at most five times.
 */
export function onDuty(roster: Roster, duty: string, unit: string, at: Date): readonly string[] | undefined {
  const mine = rosterOf(roster, duty, unit);
  if (mine.shifts.length === 0 && mine.extra.length === 0) return undefined;
  const today = localMoment(at, roster.zone).date;
  const onShift = mine.shifts.filter((shift) =>
    [addDays(today, -1), today].some((date) => isWithin(spanOf(roster, shift, date), at)),
  );
  const holders = [...onShift, ...mine.extra.filter((extra) => isWithin(extra, at))].flatMap(({ account }) => {
    const present = whoStandsIn(roster.away, account, at);
    return present === undefined ? [] : [present];
  });
  return [...new Set(holders)];
}

/** The shifts and extra times of one duty at one unit. */
export function rosterOf({ shifts, extra }: Roster, duty: string, unit: string): Pick<Roster, 'shifts' | 'extra'> {
  const isMine = (one: Shift | Extra): boolean => one.duty === duty && one.unit === unit;
  return { shifts: shifts.filter(isMine), extra: extra.filter(isMine) };
}

function whoStandsIn(away: readonly Away[], account: string, at: Date): string | undefined {
  let present = account;
  for (let turn = 0; turn <= 5; turn += 1) {
    const absence = away.find((each) => each.account === present && isWithin(each, at));
    if (!absence) return present;
    if (absence.standIn === null) return undefined;
    present = absence.standIn;
  }
  return undefined;
}

/** The shift as it begins on a date; undefined where it does not. */
export function spanOf(roster: Pick<Roster, 'zone' | 'workdays'>, shift: Shift, date: LocalDate): Span | undefined {
  if (date < shift.from || (shift.to !== null && date > shift.to)) return undefined;
  if (!shift.days.includes(roster.workdays.dayKind(date))) return undefined;
  const [from, to] = minutesOf(shift.hours);
  return { from: instantOf({ date, minute: from }, roster.zone), to: instantOf({ date, minute: to }, roster.zone) };
}

function isWithin(span: Span | undefined, at: Date): boolean {
  return span !== undefined && span.from <= at && at < span.to;
}
