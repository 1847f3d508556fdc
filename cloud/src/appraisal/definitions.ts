import type { Localized } from '@angrid/contract';
import type { Playbook } from '../playbooks/playbook.js';
import type { Appraisal } from '../playbooks/practice.js';
import type { Appraised } from './appraised.js';
import { type ClosingRule, type Special, specials } from './figures.js';
import { localMoment } from '../rosters/local-time.js';
import type { Period, PeriodKind } from './period.js';

export type Defined =
  | 'closingRate'
  | 'acknowledge'
  | 'close'
  | 'overdue'
  | 'zeroCompounds'
  | 'caseFree'
  | 'points'
  | 'training'
  | 'periods';
/** What of the period is still there. */
export interface Kept {
  readonly period: Period;
  /** Matters that were opened before it have been deleted; null: nothing has. */
  readonly since: Date | null;
  /** IANA zone. */
  readonly zone: string;
}

export type Definitions = Readonly<Record<Defined, Localized>>;

const names: Readonly<Record<Special, Localized>> = {
  exercise: { 'zh-CN': '演练', en: 'exercises' },
  merged: { 'zh-CN': '并入他件', en: 'merged into another' },
  falseAlarm: { 'zh-CN': '误报', en: 'false alarms' },
  reopened: { 'zh-CN': '办结后又打开', en: 'open again after being settled' },
  returned: { 'zh-CN': '退回未再办', en: 'returned and not taken up again' },
};
const countings: Readonly<Record<ClosingRule[Special], Localized>> = {
  'as-open': { 'zh-CN': '计入受理、不计入办结', en: 'counted as received, not as closed' },
  'as-closed': { 'zh-CN': '计入受理并计入办结', en: 'counted as received and closed' },
  'left-out': { 'zh-CN': '不计入', en: 'left out' },
};
const periods: Readonly<Record<PeriodKind, Localized>> = {
  month: { 'zh-CN': '每月', en: 'a month' },
  quarter: { 'zh-CN': '每季度', en: 'a quarter' },
  year: { 'zh-CN': '每年', en: 'a year' },
};
const outside: Localized = {
  'zh-CN': '只计本期内发生的事件；受限事件一律不计。',
  en: 'Matters that were opened in the period; restricted ones never count.',
};

/** What each figure of a report means under a playbook, to be printed with it. */
export function definitionsOf({ appraisal, training }: Appraised, kept: Kept): Definitions {
  return {
    closingRate: closing(appraisal.closingRate),
    acknowledge: {
      'zh-CN': '从事件发生到有人首次作答的时间；p50 为中位数，p90 为十件中九件不超过的时间（最近秩法）。',
      en: 'From the opening of a matter to the first answer of a person; p50 the median, p90 what nine in ten do not exceed (nearest rank).',
    },
    close: {
      'zh-CN': '从事件发生到归档的时间，只计已归档者。',
      en: 'From the opening of a matter to its closing, of those that are closed.',
    },
    overdue: {
      'zh-CN': '有办结时限而逾期未办结或逾期才办结的件数。',
      en: 'Matters with a deadline for their settlement that was missed, settled since or not.',
    },
    zeroCompounds: {
      'zh-CN': '零发案小区：本期没有案件的小区。案件指经核实的、属警务的真实事件（误报、演练、并入他件除外）。',
      en: 'Zero-incident compounds: those without a case in the period. A case is a confirmed, real matter for the police (no false alarm, no exercise, not merged into another).',
    },
    caseFree: {
      'zh-CN': '有本方案小区的该级单元中，本期没有案件者所占的比例。',
      en: 'Of the units of the level in which compounds of the playbook lie, the share without a case in the period.',
    },
    points: pointsText(appraisal),
    training: trainingText(training),
    periods: periodsText(appraisal, kept),
  };
}

function closing(rule: ClosingRule): Localized {
  const said = (locale: 'zh-CN' | 'en'): string =>
    specials.map((special) => `${names[special][locale]}: ${countings[rule[special]][locale]}`).join('; ');
  return {
    'zh-CN': `办结率 = 已归档 ÷ 受理。${outside['zh-CN']} ${said('zh-CN').replaceAll(': ', '：').replaceAll('; ', '；')}。`,
    en: `Closing rate = closed ÷ received. ${outside.en} ${said('en')}.`,
  };
}

function pointsText({ book, stars }: Appraisal): Localized {
  const given = stars.map(({ stars: count, from }) => `${count}★ ≥ ${from}`).join(', ');
  return {
    'zh-CN': `只给单元和值班岗位记分，每分对应一条已核实的事实，上报数量不记分。期初 ${book} 分。${given === '' ? '不评星级。' : `星级：${given}。`}`,
    en: `For units and holders of duties only, each for one verified fact; the number of reports earns nothing. ${book} at the beginning of a period. ${given === '' ? 'No stars.' : `Stars: ${given}.`}`,
  };
}

function trainingText(training: Playbook['training']): Localized {
  if (!training) return { 'zh-CN': '本方案未规定培训次数。', en: 'This playbook asks for no number of courses.' };
  const { courses, period } = training;
  return {
    'zh-CN': `已举办的培训与各岗位到场人次（不记姓名）。本方案要求${periods[period]['zh-CN']} ${courses} 次，超出的不再记分。`,
    en: `Courses held and how many holders of each duty attended (no names). The playbook asks for ${courses} ${periods[period].en}; more earn nothing.`,
  };
}

function periodsText({ period: own, stars }: Appraisal, { period, since, zone }: Kept): Localized {
  const day = since === null ? undefined : localMoment(since, zone).date;
  const parts: Localized[] = [];
  if (day !== undefined)
    parts.push({
      'zh-CN': `${day} 以前的事件已到期删除，只列出其后开始的期间。`,
      en: `Matters before ${day} have been deleted; only periods that began after it are offered.`,
    });
  if (since !== null && period.from < since)
    parts.push({ 'zh-CN': '本期只计尚存的事件。', en: 'Of this period only what is left is counted.' });
  if (stars.length > 0 && period.kind !== own)
    parts.push({ 'zh-CN': `星级${periods[own]['zh-CN']}评定，本期不评。`, en: `Stars are given by ${own} only.` });
  return { 'zh-CN': parts.map((part) => part['zh-CN']).join(''), en: parts.map((part) => part.en).join(' ') };
}
