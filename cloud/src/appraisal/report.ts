import type { Localized } from '@angrid/contract';
import type { CloudTransaction } from '../database.js';
import type { Governance } from '../playbooks/governance.js';
import { addDays, localMoment } from '../rosters/local-time.js';
import { type Appraised, appraisedBy, isAppraised } from './appraised.js';
import { type Course, coursesIn, type CourseSpan } from './courses.js';
import { type Definitions, definitionsOf } from './definitions.js';
import { type Figures, figuresByUnit, figuresOf } from './figures.js';
import { earnedPoints, type HolderPoints } from './ledger.js';
import { latestPeriods, type Period, periodOf } from './period.js';
import { starsOf } from './points.js';
import { compoundsOf, mattersIn, type UnitRow, unitsInScope } from './report-rows.js';

const PERIODS_SHOWN = 12;

export interface UnitAppraisal {
  readonly unit: { readonly path: string; readonly name: string; readonly kind: string };
  readonly figures: Figures;
  readonly points: number;
  /** Null where the playbook gives none. */
  readonly stars: number | null;
  readonly courses: number;
  readonly attendances: number;
}

export interface HolderAppraisal extends HolderPoints {
  readonly stars: number | null;
}

interface Named {
  readonly id: string;
  readonly name: Localized;
}

export interface AppraisalReport {
  readonly playbook: Named;
  /** Those that say how handling is appraised. */
  readonly playbooks: readonly Named[];
  readonly period: Period;
  /** Ids of periods to choose from, the running one first. */
  readonly periods: readonly string[];
  readonly level: number;
  readonly levels: readonly { readonly level: number; readonly name: Localized | null }[];
  readonly definitions: Definitions;
  readonly duties: Readonly<Record<string, Localized>>;
  /** Of all that the caller sees, whether or not it lies in a unit of the level. */
  readonly total: Figures;
  readonly caseFree: { readonly units: number; readonly of: number };
  readonly units: readonly UnitAppraisal[];
  readonly holders: readonly HolderAppraisal[];
  readonly courses: readonly Course[];
}

export interface ReportQuery {
  readonly playbook?: string | undefined;
  readonly period?: string | undefined;
  readonly level?: number | undefined;
}

export interface Reporting {
  readonly governance: Governance;
  readonly now: Date;
}

/** The period that is meant: the running one where none is named. Throws input.invalid. */
export function periodIn(
  { appraisal }: Appraised,
  id: string | undefined,
  { governance: { zone }, now }: Reporting,
): Period {
  const [running = ''] = latestPeriods(appraisal.period, now, { zone, count: 1 });
  return periodOf(id ?? running, zone);
}

/** The figures of a period by the units of a level, within the scope of the transaction. Throws input.invalid. */
export async function appraise(
  trx: CloudTransaction,
  query: ReportQuery,
  reporting: Reporting,
): Promise<AppraisalReport> {
  const { governance, now } = reporting;
  const { zone, standard } = governance;
  const playbook = appraisedBy(governance, query.playbook);
  const { appraisal } = playbook;
  const period = periodIn(playbook, query.period, reporting);
  const of = { playbook: playbook.id, standard, now };
  const all = await unitsInScope(trx);
  const levels = levelsOf(all, playbook);
  const level = query.level ?? levels[0]?.level ?? 0;
  const matters = await mattersIn(trx, of, period);
  const compounds = await compoundsOf(trx, of);
  const earned = await earnedPoints(trx, playbook.id, period);
  const courses = await coursesIn(trx, playbook.id, daysOf(period, zone));
  const rule = appraisal.closingRate;
  const listed = all.filter((unit) => unit.level === level);
  const figures = figuresByUnit(
    listed.map(({ path }) => path),
    { matters, compounds, rule },
  );
  const units = listed.map(({ path, name, kind }, index) => {
    const points = earned.units.get(path) ?? 0;
    const trained = trainingOf(path, courses);
    const own = figures[index] ?? figuresOf([], [], rule);
    return { unit: { path, name, kind }, figures: own, points, stars: starsOf(points, appraisal), ...trained };
  });
  return {
    ...headOf(playbook, governance),
    ...{ period, periods: latestPeriods(appraisal.period, now, { zone, count: PERIODS_SHOWN }), level, levels },
    total: figuresOf(matters, [...new Set(compounds.map(({ compound }) => compound))], rule),
    caseFree: { units: units.filter(({ figures: { cases } }) => cases === 0).length, of: units.length },
    units,
    holders: earned.holders.map((one) => ({ ...one, stars: starsOf(one.points, appraisal) })),
    courses,
  };
}

function headOf(playbook: Appraised, { playbooks }: Governance) {
  return {
    playbook: { id: playbook.id, name: playbook.name },
    playbooks: [...playbooks.values()].filter(isAppraised).map(({ id, name }) => ({ id, name })),
    definitions: definitionsOf(playbook),
    duties: Object.fromEntries(Object.entries(playbook.duties).map(([id, { name }]) => [id, name])),
  };
}

/** The levels on which the caller has units, the highest first, by the names that the playbook has for its own trees. */
function levelsOf(units: readonly UnitRow[], { trees }: Appraised): AppraisalReport['levels'] {
  const levels = [...new Set(units.map(({ level }) => level))].sort((one, other) => one - other);
  return levels.map((level) => {
    const tree = trees.find(({ id }) => units.some((unit) => unit.tree === id && unit.level === level));
    return { level, name: tree?.levels.find((each) => each.level === level)?.name ?? null };
  });
}

/** Courses of a unit and of all below it. */
function trainingOf(path: string, courses: readonly Course[]): Pick<UnitAppraisal, 'courses' | 'attendances'> {
  const held = courses.filter(({ unit }) => `${unit}/`.startsWith(`${path}/`));
  let attendances = 0;
  for (const { attendance } of held) for (const count of Object.values(attendance)) attendances += count;
  return { courses: held.length, attendances };
}

function daysOf({ from, to }: Period, zone: string): CourseSpan {
  return { from: localMoment(from, zone).date, to: addDays(localMoment(to, zone).date, -1) };
}
