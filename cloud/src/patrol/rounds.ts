import { addDays, instantOf, localMoment, minutesOf } from '../rosters/local-time.js';

/** What a person saw of one camera or place. */
export interface SeenItem {
  readonly item: string;
  readonly state: 'in-order' | 'remark' | 'not-seen';
  readonly note: string | null;
}

export interface Window {
  readonly from: Date;
  readonly to: Date;
}

/** When a list is looked through. */
export interface PatrolSchedule {
  /** `08:00-09:00`, in the zone of the compound; `22:00-06:00` ends on the next day. */
  readonly windows: readonly string[];
  /** IANA zone. */
  readonly zone: string;
  readonly since: Date;
  readonly until: Date | null;
}

export type RoundState = 'to-come' | 'due' | 'signed' | 'missed';

/** The hours of rounds that begin on a date, the first first. A list knows none before it was made and after it ended. */
export function windowsOn({ windows, zone, since, until }: PatrolSchedule, date: string): readonly Window[] {
  return windows
    .map((hours) => {
      const [from, to] = minutesOf(hours);
      return { from: instantOf({ date, minute: from }, zone), to: instantOf({ date, minute: to }, zone) };
    })
    .filter(({ from }) => from >= since && (until === null || from < until))
    .sort((a, b) => a.from.getTime() - b.from.getTime());
}

/** The hours of rounds of a date; today with the one of the night before while that runs. */
export function roundsOf(schedule: PatrolSchedule, date: string, now: Date): readonly Window[] {
  const isToday = date === localMoment(now, schedule.zone).date;
  const nights = isToday ? windowsOn(schedule, addDays(date, -1)) : [];
  return [...nights.filter((window) => isDue(window, now)), ...windowsOn(schedule, date)];
}

/** The round that can be signed now. */
export function dueWindow(schedule: PatrolSchedule, now: Date): Window | undefined {
  const { date } = localMoment(now, schedule.zone);
  return roundsOf(schedule, date, now).find((window) => isDue(window, now));
}

function isDue({ from, to }: Window, now: Date): boolean {
  return from <= now && now < to;
}

/** Rounds that began within a span and were not signed by their end. `signed`: beginnings of those that were, ms. */
export function missedBetween(
  schedule: PatrolSchedule,
  { from, to }: Window,
  signed: ReadonlySet<number>,
  now: Date,
): readonly Window[] {
  const missed: Window[] = [];
  const last = localMoment(to, schedule.zone).date;
  for (let { date } = localMoment(from, schedule.zone); date <= last; date = addDays(date, 1)) {
    missed.push(
      ...windowsOn(schedule, date).filter(
        (window) =>
          window.from >= from &&
          window.from < to &&
          roundState(window, signed.has(window.from.getTime()), now) === 'missed',
      ),
    );
  }
  return missed;
}

export function roundState({ from, to }: Window, isSigned: boolean, now: Date): RoundState {
  if (isSigned) return 'signed';
  if (now < from) return 'to-come';
  return now < to ? 'due' : 'missed';
}
