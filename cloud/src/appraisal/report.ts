import type { Localized } from '@angrid/contract';
import type { CloudTransaction } from '../database.js';
import type { Governance } from '../playbooks/governance.js';
import { type Appraised, appraisedBy, isAppraised } from './appraised.js';
import { type Course, coursesIn, daysOf, traineesOf } from './courses.js';
import { type Definitions, definitionsOf } from './definitions.js';
import { type AppraisedMatter, type Figures, figuresByUnit, figuresOf } from './figures.js';
import { type Ground, groundOf, type TreeRow, type UnitRow } from './ground.js';
import { earnedPoints, type HolderPoints } from './ledger.js';
import { latestPeriods, type Period, periodAt, periodOf } from './period.js';
import { starsOf } from './points.js';
import { type CompoundPath, compoundsOf, keptSince, mattersIn } from './report-rows.js';

const PERIODS_SHOWN = 12;

export interface UnitAppraisal {
  readonly unit: { readonly path: string; readonly name: string; readonly kind: string };
  readonly figures: Figures;
  readonly points: number;
  /** Null where the playbook gives none, or none for periods of this kind. */
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
  /** Ids of periods to choose from, the running one first; of those before it the ones that are kept whole. */
  readonly periods: readonly string[];
  /** Matters that were opened before it have been deleted; null: nothing has. */
  readonly keptSince: Date | null;
  /** Id of the tree by whose units is counted; null where the compounds lie in no unit. */
  readonly tree: string | null;
  readonly trees: readonly TreeRow[];
  readonly level: number;
  readonly levels: readonly { readonly level: number; readonly name: Localized | null }[];
  readonly definitions: Definitions;
  readonly duties: Readonly<Record<string, Localized>>;
  /** Duties whose holders are trained. */
  readonly trainees: readonly string[];
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
  readonly tree?: string | undefined;
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
  return id === undefined ? periodAt(appraisal.period, now, zone) : periodOf(id, zone);
}

/** The figures of a period by the units of a level, within the scope of the transaction. Throws input.invalid. */
export async function appraise(
  trx: CloudTransaction,
  query: ReportQuery,
  reporting: Reporting,
): Promise<AppraisalReport> {
  const { governance, now } = reporting;
  const playbook = appraisedBy(governance, query.playbook);
  const period = periodIn(playbook, query.period, reporting);
  const of = { playbook: playbook.id, standard: governance.standard, now };
  const since = await keptSince(trx, of);
  const compounds = await compoundsOf(trx, of);
  const ground = await groundOf(trx, compounds, { playbook, tree: query.tree });
  const levels = levelsOf(ground.units, playbook);
  const level = query.level ?? levels[0]?.level ?? 0;
  const matters = await mattersIn(trx, of, { period, tree: ground.tree });
  const earned = await earnedPoints(trx, playbook.id, period);
  const courses = await coursesIn(trx, playbook.id, daysOf(period, governance.zone));
  const starsFor = (points: number): number | null => starsIn(period, points, playbook);
  const units = unitsAt(level, { ground, matters, compounds, courses, points: earned.units, playbook, starsFor });
  return {
    ...headOf(playbook, governance),
    ...{ definitions: definitionsOf(playbook, { period, since, zone: governance.zone }) },
    ...{ period, periods: periodsKept(playbook, since, reporting), keptSince: since },
    ...{ tree: ground.tree, trees: ground.trees, level, levels },
    total: figuresOf(matters, [...new Set(compounds.map(({ compound }) => compound))], playbook.appraisal.closingRate),
    caseFree: { units: units.filter(({ figures: { cases } }) => cases === 0).length, of: units.length },
    units,
    holders: earned.holders.map((one) => ({ ...one, stars: starsFor(one.points) })),
    courses,
  };
}

function headOf(playbook: Appraised, { playbooks }: Governance) {
  return {
    playbook: { id: playbook.id, name: playbook.name },
    playbooks: [...playbooks.values()].filter(isAppraised).map(({ id, name }) => ({ id, name })),
    duties: Object.fromEntries(Object.entries(playbook.duties).map(([id, { name }]) => [id, name])),
    trainees: traineesOf(playbook),
  };
}

/** The running one, and those before it of which nothing has been deleted. */
function periodsKept({ appraisal }: Appraised, since: Date | null, { governance: { zone }, now }: Reporting): string[] {
  const [running = '', ...before] = latestPeriods(appraisal.period, now, { zone, count: PERIODS_SHOWN });
  return [running, ...before.filter((id) => since === null || periodOf(id, zone).from >= since)];
}

/** Stars are of the playbook's own periods: a year of quarters has none. */
function starsIn({ kind }: Period, points: number, { appraisal }: Appraised): number | null {
  return kind === appraisal.period ? starsOf(points, appraisal) : null;
}

interface Counting {
  readonly ground: Ground;
  readonly matters: readonly AppraisedMatter[];
  readonly compounds: readonly CompoundPath[];
  readonly courses: readonly Course[];
  /** By path. */
  readonly points: ReadonlyMap<string, number>;
  readonly playbook: Appraised;
  readonly starsFor: (points: number) => number | null;
}

function unitsAt(level: number, counting: Counting): readonly UnitAppraisal[] {
  const { ground, matters, compounds, courses, points: earned, playbook, starsFor } = counting;
  const rule = playbook.appraisal.closingRate;
  const listed = ground.units.filter((unit) => unit.level === level);
  const figures = figuresByUnit(
    listed.map(({ path }) => path),
    { matters, compounds, rule },
  );
  return listed.map(({ path, name, kind }, index) => {
    const points = earned.get(path) ?? 0;
    const own = figures[index] ?? figuresOf([], [], rule);
    return { unit: { path, name, kind }, figures: own, points, stars: starsFor(points), ...trainingOf(path, courses) };
  });
}

/** The levels on which the caller has units, the highest first, by the names that the playbook has for its own trees. */
function levelsOf(units: readonly UnitRow[], { trees }: Appraised): AppraisalReport['levels'] {
  return [...new Set(units.map(({ level }) => level))].map((level) => {
    const tree = trees.find(({ id }) => units.some(({ path }) => path.split('/')[0] === id));
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
