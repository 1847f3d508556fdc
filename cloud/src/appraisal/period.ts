import { AnGridError } from '@angrid/contract';
import { instantOf, localMoment } from '../rosters/local-time.js';

export type PeriodKind = 'month' | 'quarter' | 'year';

/** A calendar month, quarter or year: `2026-03`, `2026-Q1`, `2026`. */
export interface Period {
  readonly id: string;
  readonly kind: PeriodKind;
  readonly from: Date;
  /** Not in it any more. */
  readonly to: Date;
}

const MONTHS: Readonly<Record<PeriodKind, number>> = { month: 1, quarter: 3, year: 12 };
const PATTERN = /^(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?$/;

/** Throws input.invalid. */
export function periodOf(id: string, zone: string): Period {
  const [found, year = '', quarter, month] = PATTERN.exec(id) ?? [];
  if (found === undefined) throw new AnGridError('input.invalid', { op: 'appraisal.period', detail: 'period' });
  const kind: PeriodKind = quarter !== undefined ? 'quarter' : month !== undefined ? 'month' : 'year';
  const first = quarter !== undefined ? (Number(quarter) - 1) * 3 : month !== undefined ? Number(month) - 1 : 0;
  const begin = Number(year) * 12 + first;
  return { id, kind, from: beginOf(begin, zone), to: beginOf(begin + MONTHS[kind], zone) };
}

/** The period of a kind in which a moment lies. */
export function periodAt(kind: PeriodKind, at: Date, zone: string): Period {
  const [id = ''] = latestPeriods(kind, at, { zone, count: 1 });
  return periodOf(id, zone);
}

/** The running period and those before it, the newest first. */
export function latestPeriods(kind: PeriodKind, now: Date, { zone, count }: { zone: string; count: number }): string[] {
  const { date } = localMoment(now, zone);
  const [year = 0, month = 1] = date.split('-').map(Number);
  const size = MONTHS[kind];
  const running = Math.floor((year * 12 + month - 1) / size);
  return Array.from({ length: count }, (_, back) => nameOf(kind, (running - back) * size));
}

/** @param months since the year 0. */
function nameOf(kind: PeriodKind, months: number): string {
  const year = String(Math.floor(months / 12)).padStart(4, '0');
  const month = months % 12;
  if (kind === 'year') return year;
  return kind === 'quarter' ? `${year}-Q${month / 3 + 1}` : `${year}-${String(month + 1).padStart(2, '0')}`;
}

function beginOf(months: number, zone: string): Date {
  return instantOf({ date: `${nameOf('month', months)}-01`, minute: 0 }, zone);
}
