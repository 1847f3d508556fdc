import { SHORTEST_REASON } from '@angrid/contract';
import type { NewAway } from '../../api/governance.js';

const HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;
const DAY_MS = 86_400_000;

/** As the form holds them: times as `datetime-local` fields give them. */
export interface AwayDraft {
  readonly account: string;
  readonly standIn: string;
  readonly reason: string;
  readonly from: string;
  readonly to: string;
}

export interface ShiftDraft {
  readonly account: string;
  readonly days: readonly string[];
  readonly hours: string;
}

export function isWhole({ account, days, hours }: ShiftDraft): boolean {
  return account !== '' && days.length > 0 && HOURS.test(hours);
}

/** The absence to send; undefined where something is missing or the end is no end. */
export function awayOf({ account, standIn, reason, from, to }: AwayDraft): NewAway | undefined {
  const [begin, end] = [new Date(from), new Date(to)];
  const whole = account !== '' && account !== standIn && reason.trim().length >= SHORTEST_REASON && begin < end;
  if (!whole) return undefined;
  return {
    account,
    standIn: standIn === '' ? null : standIn,
    reason: reason.trim(),
    from: begin.toISOString(),
    to: end.toISOString(),
  };
}

/** A date some days later: `2026-03-02`. */
export function daysLater(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** `08:30` for 510. */
export function clockOf(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
