import type { DayKind, Localized } from '@angrid/contract';
import { sql } from 'kysely';
import type { CloudTransaction } from '../database.js';
import type { Duty, Playbook } from '../playbooks/playbook.js';
import type { AccountRole } from '../schema-people.js';
import { gapsOf } from './gaps.js';
import { instantOf } from './local-time.js';
import { onDuty, type Roster, type Span } from './roster.js';
import { type ChangeRow, datesFrom, loadRosterRows, rosterFrom, type ShiftRow } from './roster-rows.js';
import type { Workdays } from './workdays.js';

export interface Holder {
  readonly id: string;
  /** A role's name at a place, not a person's. */
  readonly label: string;
  readonly role: AccountRole;
}

/** Somebody, or nobody who should be, from a minute of the day to another. */
export interface Band {
  readonly from: number;
  readonly to: number;
  /** Ids of accounts; empty in a gap. */
  readonly accounts: readonly string[];
  /** Nobody is on duty, and somebody should be. */
  readonly gap: boolean;
}

export interface DutyWeek {
  readonly duty: string;
  readonly name: Localized;
  readonly cover: Duty['cover'];
  readonly heldBy: readonly AccountRole[];
  readonly shifts: readonly ShiftRow[];
  readonly gaps: readonly Span[];
  readonly days: readonly { readonly date: string; readonly bands: readonly Band[] }[];
}

export interface RosterWeek {
  readonly unit: string;
  readonly dates: readonly { readonly date: string; readonly kind: DayKind }[];
  readonly duties: readonly DutyWeek[];
  readonly changes: readonly ChangeRow[];
  readonly holders: readonly Holder[];
}

export interface WeekOf {
  readonly unit: string;
  readonly playbook: Playbook;
  /** First day. */
  readonly from: Date;
  readonly zone: string;
  readonly workdays: Workdays;
}

const DAYS = 7;
const HALF_HOUR = 30;

/** The duties of a unit for seven days, with those who hold them and the gaps. */
export async function rosterWeek(trx: CloudTransaction, week: WeekOf): Promise<RosterWeek> {
  const { unit, playbook, zone, workdays } = week;
  const dates = datesFrom(week.from, DAYS, zone);
  const span = spanOf(dates, zone);
  const rows = await loadRosterRows(trx, [unit], span);
  const roster = rosterFrom(rows, { zone, workdays });
  const duties = Object.entries(playbook.duties).map(([duty, { name, cover, heldBy }]): DutyWeek => {
    const shifts = rows.shifts.filter((shift) => shift.duty === duty);
    const gaps =
      cover === 'none' ? [] : gapsOf(roster, { duty, unit, cover, workingHours: playbook.workingHours }, span);
    const days = dates.map((date) => ({ date, bands: bandsOf(roster, { duty, unit, date }, gaps) }));
    return { duty, name, cover, heldBy, shifts, gaps, days };
  });
  const holders = await holdersOf(trx, unit);
  return {
    unit,
    dates: dates.map((date) => ({ date, kind: workdays.dayKind(date) })),
    duties,
    changes: rows.changes,
    holders,
  };
}

function spanOf(dates: readonly string[], zone: string): Span {
  const [first = '', last = first] = [dates[0], dates.at(-1)];
  return { from: instantOf({ date: first, minute: 0 }, zone), to: instantOf({ date: last, minute: 1440 }, zone) };
}

/** A day in half hours, those that are alike joined. */
function bandsOf(
  roster: Roster,
  { duty, unit, date }: { readonly duty: string; readonly unit: string; readonly date: string },
  gaps: readonly Span[],
): readonly Band[] {
  const bands: { from: number; to: number; accounts: readonly string[]; gap: boolean }[] = [];
  for (let from = 0; from < 1440; from += HALF_HOUR) {
    const at = instantOf({ date, minute: from }, roster.zone);
    const next = new Date(at.getTime() + HALF_HOUR * 60_000);
    const accounts = onDuty(roster, duty, unit, at) ?? [];
    const gap = gaps.some((span) => span.from < next && at < span.to);
    const last = bands.at(-1);
    if (last?.gap === gap && last.accounts.join() === accounts.join()) last.to = from + HALF_HOUR;
    else bands.push({ from, to: from + HALF_HOUR, accounts, gap });
  }
  return bands.filter((band) => band.gap || band.accounts.length > 0);
}

/** Accounts that could hold a duty of the unit: of its tree's branch, or of the compounds there. */
async function holdersOf(trx: CloudTransaction, unit: string): Promise<readonly Holder[]> {
  const { rows } = await sql<Holder>`
    select a.account_id as id, a.label, a.role from accounts a
    where a.disabled_at is null and (
      exists (select from unnest(a.unit_paths) p where (p || '/') ^@ ${`${unit}/`} or ${`${unit}/`} ^@ (p || '/'))
      or a.compounds && (
        select coalesce(array_agg(distinct pu.compound_id), '{}') from place_units pu join units u on u.unit_id = pu.unit_id
        where (u.path || '/') ^@ ${`${unit}/`}))
    order by a.role, a.label limit 500`.execute(trx);
  return rows;
}
