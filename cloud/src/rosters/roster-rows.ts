import type { DayKind } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { Away, Extra, Roster, Shift } from './roster.js';
import { addDays, localMoment } from './local-time.js';
import type { Workdays } from './workdays.js';

export interface ShiftRow extends Shift {
  readonly id: string;
}

export interface ChangeRow {
  readonly id: string;
  readonly kind: 'away' | 'extra';
  readonly account: string;
  readonly unit: string | null;
  readonly duty: string | null;
  readonly standIn: string | null;
  readonly reason: string;
  readonly from: Date;
  readonly to: Date;
}

export interface RosterRows {
  readonly shifts: readonly ShiftRow[];
  readonly changes: readonly ChangeRow[];
}

/** The rosters of units, as far as they touch the span. Two statements. */
export async function loadRosterRows(
  trx: CloudTransaction,
  units: readonly string[],
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<RosterRows> {
  if (units.length === 0) return { shifts: [], changes: [] };
  const shifts = await sql<Omit<ShiftRow, 'days'> & { days: DayKind[] }>`
    select shift_id as id, unit_path as unit, duty, account_id as account, days, hours,
      to_char(from_date, 'YYYY-MM-DD') as from, to_char(to_date, 'YYYY-MM-DD') as to
    from roster_shifts
    where unit_path = any (${[...units]}::text[])
    order by unit_path, duty, hours, shift_id`.execute(trx);
  const changes = await sql<ChangeRow>`
    select change_id as id, kind, account_id as account, unit_path as unit, duty, stand_in_id as "standIn", reason,
      starts_at as from, ends_at as to
    from roster_changes
    where starts_at < ${to} and ends_at > ${from}
      and (unit_path is null or unit_path = any (${[...units]}::text[]))
    order by starts_at, change_id`.execute(trx);
  return { shifts: shifts.rows, changes: changes.rows };
}

/** The rows as the rules see them. */
export function rosterFrom(
  { shifts, changes }: RosterRows,
  place: { readonly zone: string; readonly workdays: Workdays },
): Roster {
  const away: Away[] = [];
  const extra: Extra[] = [];
  for (const { kind, account, unit, duty, standIn, from, to } of changes) {
    if (kind === 'away') away.push({ account, standIn, from, to });
    else if (unit !== null && duty !== null) extra.push({ account, unit, duty, from, to });
  }
  return { shifts, away, extra, ...place };
}

/** The rosters of units as they are at a moment. Two statements. */
export async function loadRoster(
  trx: CloudTransaction,
  units: readonly string[],
  { now, ...place }: { readonly now: Date; readonly zone: string; readonly workdays: Workdays },
): Promise<Roster> {
  const span = { from: now, to: new Date(now.getTime() + 1) };
  return rosterFrom(await loadRosterRows(trx, units, span), place);
}

/** `from` and the days after it, as dates at the place. */
export function datesFrom(from: Date, days: number, zone: string): readonly string[] {
  const first = localMoment(from, zone).date;
  return Array.from({ length: days }, (_, day) => addDays(first, day));
}
