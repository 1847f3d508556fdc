import type { Locale, Localized } from '@angrid/contract';
import writeXlsxFile, { type CellObject, type Sheet } from 'write-excel-file/node';
import type { Figures, Spread } from './figures.js';
import type { AppraisalReport } from './report.js';

type Cell = string | number | null;
type SheetOf = Sheet<never>;

const MINUTE_MS = 60_000;
/** What a spreadsheet program may take for a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** A report as a workbook of three sheets: units, holders of duties, and what each figure means. */
export async function workbookOf(report: AppraisalReport, locale: Locale): Promise<Buffer> {
  const say = (text: Localized): string => text[locale];
  const sheets = [
    sheet(say(words.units), unitRows(report, say)),
    sheet(say(words.holders), holderRows(report, say)),
    sheet(say(words.definitions), definitionRows(report, say)),
  ];
  return writeXlsxFile(sheets).toBuffer();
}

function sheet(name: string, [head = [], ...rows]: readonly (readonly Cell[])[]): SheetOf {
  const bold = head.map((cell) => ({ ...cellOf(cell), fontWeight: 'bold' as const }));
  const columns = head.map((_, index) => ({ width: index === 0 ? 28 : 16 }));
  return { sheet: name, data: [bold, ...rows.map((row) => row.map(cellOf))], columns, stickyRowsCount: 1 };
}

/** Every text is a string cell and no formula; what looks like one is in text format, so that editing it leaves it one. */
function cellOf(value: Cell): CellObject {
  if (value === null) return {};
  if (typeof value === 'number') return { value, type: Number };
  return { value, type: String, ...(FORMULA.test(value) ? { format: '@' } : {}) };
}

type Say = (text: Localized) => string;

function unitRows({ units, total, period }: AppraisalReport, say: Say): readonly (readonly Cell[])[] {
  const head = [words.unit, words.kind, ...figureWords, words.points, words.stars, words.courses, words.attendances];
  return [
    head.map(say),
    ...units.map(({ unit, figures, points, stars, courses, attendances }) => [
      ...[unit.name, unit.kind, ...figureCells(figures)],
      ...[points, stars, courses, attendances],
    ]),
    [`${say(words.total)} ${period.id}`, null, ...figureCells(total)],
  ];
}

function figureCells(figures: Figures): readonly Cell[] {
  const { received, closed, closingRate, special, overdue, cases, compounds, zeroCompounds } = figures;
  const rate = closingRate === null ? null : Math.round(closingRate * 1000) / 10;
  const { exercise, merged, falseAlarm, reopened, returned } = special;
  return [
    ...[received, closed, rate, exercise, merged, falseAlarm, reopened, returned],
    ...[...minutes(figures.acknowledge), ...minutes(figures.close), overdue, cases, compounds, zeroCompounds],
  ];
}

function minutes({ p50, p90 }: Spread): readonly Cell[] {
  return [p50, p90].map((ms) => (ms === null ? null : Math.round((ms / MINUTE_MS) * 10) / 10));
}

function holderRows({ holders, duties }: AppraisalReport, say: Say): readonly (readonly Cell[])[] {
  const head = [words.label, words.duty, words.points, words.stars].map(say);
  const nameOf = (duty: string): string => (duties[duty] ? say(duties[duty]) : duty);
  return [
    head,
    ...holders.map(({ label, duties: held, points, stars }) => [label, held.map(nameOf).join(', '), points, stars]),
  ];
}

function definitionRows({ definitions, playbook }: AppraisalReport, say: Say): readonly (readonly Cell[])[] {
  const texts = Object.values(definitions).flatMap((text) => (say(text) === '' ? [] : [[say(text)]]));
  return [[say(playbook.name)], ...texts];
}

const words = {
  units: { 'zh-CN': '单元', en: 'Units' },
  holders: { 'zh-CN': '值班岗位', en: 'Holders of duties' },
  definitions: { 'zh-CN': '口径', en: 'Definitions' },
  unit: { 'zh-CN': '单元', en: 'Unit' },
  kind: { 'zh-CN': '类别', en: 'Kind' },
  total: { 'zh-CN': '合计', en: 'Total' },
  points: { 'zh-CN': '积分', en: 'Points' },
  stars: { 'zh-CN': '星级', en: 'Stars' },
  courses: { 'zh-CN': '培训次数', en: 'Courses' },
  attendances: { 'zh-CN': '培训人次', en: 'Attendances' },
  label: { 'zh-CN': '账号', en: 'Account' },
  duty: { 'zh-CN': '岗位', en: 'Duty' },
} as const satisfies Record<string, Localized>;

const figureWords: readonly Localized[] = [
  { 'zh-CN': '受理', en: 'Received' },
  { 'zh-CN': '办结', en: 'Closed' },
  { 'zh-CN': '办结率 %', en: 'Closing rate %' },
  { 'zh-CN': '演练', en: 'Exercises' },
  { 'zh-CN': '并入他件', en: 'Merged' },
  { 'zh-CN': '误报', en: 'False alarms' },
  { 'zh-CN': '重新打开', en: 'Reopened' },
  { 'zh-CN': '退回', en: 'Returned' },
  { 'zh-CN': '应答 p50（分）', en: 'Answer p50 (min)' },
  { 'zh-CN': '应答 p90（分）', en: 'Answer p90 (min)' },
  { 'zh-CN': '办结 p50（分）', en: 'Closing p50 (min)' },
  { 'zh-CN': '办结 p90（分）', en: 'Closing p90 (min)' },
  { 'zh-CN': '逾期', en: 'Overdue' },
  { 'zh-CN': '案件', en: 'Cases' },
  { 'zh-CN': '小区', en: 'Compounds' },
  { 'zh-CN': '零发案小区', en: 'Zero-incident compounds' },
];
